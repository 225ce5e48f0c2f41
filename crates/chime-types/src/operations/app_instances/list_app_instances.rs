//! `GET /app-instances`

use crate::Sensitive;
use crate::declare::{operation, structure};
use crate::shapes::AppInstanceSummary;

operation! {
    /// Lists the app instances of an account.
    ///
    /// ```
    #[doc = import!("operations::ListAppInstances")]
    ///
    /// let request = ListAppInstances::builder().build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ListAppInstances, ListAppInstancesBuilder -> ListAppInstancesResponse;
    AppInstances Get "/app-instances" => 200;
    lists app_instances: AppInstanceSummary;
}

structure! {
    /// A page of app instances.
    pub struct ListAppInstancesResponse {
        /// The app instances.
        app_instances: Vec<AppInstanceSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
