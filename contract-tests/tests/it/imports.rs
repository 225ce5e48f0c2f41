//! Which file of a crate imports which, read from its source.
//!
//! A file imports another if it names an item that the other defines: in a `use`, in a path within code, or in the
//! tokens of a macro. Names are followed through the `use` declarations of the modules in between, so that
//! `crate::Thing` is an import of the file that defines `Thing`. A `pub use` is an import only if the file uses the
//! name itself. Modules within a file are that file's. What only tests have is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, Meta, UseTree, Visibility};

/// The files that each file imports, and the path by which it does; files are relative to the crate's source.
pub(crate) type Imports = BTreeMap<PathBuf, BTreeMap<PathBuf, String>>;

/// The imports of the crate whose root is that file. `read` returns the text of a file that exists.
pub(crate) fn imports(root: &str, read: &dyn Fn(&Path) -> Option<String>) -> Imports {
    let mut modules = Modules { all: Vec::new(), read };
    modules.load_file(Path::new(root), Path::new(""), None);
    let mut imports = Imports::new();
    for (id, module) in modules.all.iter().enumerate() {
        let of_file = imports.entry(module.file.clone()).or_default();
        let declared = module.uses.iter().filter(|import| !import.is_public).map(|import| &import.path);
        let declared = declared.map(|path| (path, modules.resolve(id, path, &mut Seen::new())));
        let in_code = module.paths.iter().map(|path| (path, modules.resolve_in_code(id, path)));
        for (path, target) in declared.chain(in_code) {
            let Some(target) = target else { continue };
            let file = &modules.all[target].file;
            if *file != module.file {
                of_file.entry(file.clone()).or_insert_with(|| path.join("::"));
            }
        }
    }
    imports
}

/// The circles of imports: each a set of files that import one another, directly or by way of others.
pub(crate) fn circles(imports: &Imports) -> Vec<BTreeSet<PathBuf>> {
    let reached = |from: &PathBuf| {
        let mut reached = BTreeSet::new();
        let mut next: Vec<_> = imports[from].keys().collect();
        while let Some(file) = next.pop() {
            if reached.insert(file.clone()) {
                next.extend(imports[file].keys());
            }
        }
        reached
    };
    let reached: BTreeMap<_, _> = imports.keys().map(|file| (file, reached(file))).collect();
    let mut circles = BTreeSet::new();
    for (file, others) in &reached {
        let circle: BTreeSet<_> =
            others.iter().filter(|other| reached[other].contains(*file)).cloned().collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

/// A module, in a file of its own or within one.
struct Module {
    file: PathBuf,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    uses: Vec<Use>,
    /// The names of the items that are written in it.
    items: BTreeSet<String>,
    /// The names that its macros seem to define.
    made: BTreeSet<String>,
    /// The paths in its code.
    paths: BTreeSet<Vec<String>>,
}

/// One name, or all, that a `use` brings into a module.
struct Use {
    /// `*` for all.
    name: String,
    path: Vec<String>,
    is_public: bool,
}

/// The paths that were followed on the way to a definition, so that none is followed twice.
type Seen = BTreeSet<(usize, Vec<String>)>;

/// The crate's own module, which is loaded first.
const ROOT: usize = 0;

struct Modules<'r> {
    all: Vec<Module>,
    read: &'r dyn Fn(&Path) -> Option<String>,
}

impl Modules<'_> {
    /// Loads a module from its file; the files of its modules are below `directory`.
    fn load_file(&mut self, file: &Path, directory: &Path, parent: Option<usize>) -> usize {
        let text = (self.read)(file).unwrap_or_else(|| panic!("{} is missing", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.load(file, directory, parent, &parsed.items)
    }

    fn load(&mut self, file: &Path, directory: &Path, parent: Option<usize>, items: &[Item]) -> usize {
        let id = self.all.len();
        self.all.push(Module {
            file: file.to_owned(),
            parent,
            children: BTreeMap::new(),
            uses: Vec::new(),
            items: BTreeSet::new(),
            made: BTreeSet::new(),
            paths: BTreeSet::new(),
        });
        for item in items.iter().filter(|item| !is_for_tests(item)) {
            if let Item::Mod(module) = item {
                let name = module.ident.to_string();
                let below = directory.join(&name);
                let child = if let Some((_, items)) = &module.content {
                    self.load(file, &below, Some(id), items)
                } else {
                    let beside = directory.join(format!("{name}.rs"));
                    let file = if (self.read)(&beside).is_some() { beside } else { below.join("mod.rs") };
                    self.load_file(&file, &below, Some(id))
                };
                self.all[id].children.insert(name, child);
            } else {
                self.all[id].add(item);
            }
        }
        id
    }

    /// The module that defines the item of a path in code. A single name is not a module.
    fn resolve_in_code(&self, at: usize, path: &[String]) -> Option<usize> {
        match path {
            [_] if self.all[at].items.contains(&path[0]) => None,
            [_] => self.imported(at, path, &mut Seen::new()),
            _ => self.resolve(at, path, &mut Seen::new()),
        }
    }

    /// The module that defines what a path names; `None` if that is outside the crate or cannot be known.
    fn resolve(&self, at: usize, path: &[String], seen: &mut Seen) -> Option<usize> {
        if !seen.insert((at, path.to_vec())) {
            return None;
        }
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.below(ROOT, rest, seen),
            "self" => self.below(at, rest, seen),
            "super" if rest.first().is_some_and(|next| next == "super") => {
                self.resolve(self.all[at].parent?, rest, seen)
            }
            "super" => self.below(self.all[at].parent?, rest, seen),
            child if self.all[at].children.contains_key(child) => self.below(at, path, seen),
            _ => self.imported(at, path, seen),
        }
    }

    /// The module that defines what a path names below a module, which is that module if nothing says otherwise.
    fn below(&self, at: usize, path: &[String], seen: &mut Seen) -> Option<usize> {
        let Some((first, rest)) = path.split_first() else { return Some(at) };
        let module = &self.all[at];
        if let Some(child) = module.children.get(first) {
            return self.below(*child, rest, seen);
        }
        let from_elsewhere = module.uses.iter().any(|import| import.name == *first)
            || module.uses.iter().any(|import| import.name == "*" && self.is_outside(at, import));
        self.defines(at, path, seen).or_else(|| (!from_elsewhere).then_some(at))
    }

    /// Whether a `use` of a module is of another crate.
    fn is_outside(&self, at: usize, import: &Use) -> bool {
        let first = &import.path[0];
        let module = &self.all[at];
        !["crate", "self", "super"].contains(&first.as_str())
            && !module.children.contains_key(first)
            && !module.uses.iter().any(|other| other.name == *first)
    }

    /// The module that defines what a path names, if it is certain that the path leads into that module.
    fn defines(&self, at: usize, path: &[String], seen: &mut Seen) -> Option<usize> {
        let module = &self.all[at];
        if module.items.contains(&path[0]) {
            return Some(at);
        }
        self.imported(at, path, seen).or_else(|| module.made.contains(&path[0]).then_some(at))
    }

    /// The module that defines what a path names whose first segment a `use` brings into a module.
    fn imported(&self, at: usize, path: &[String], seen: &mut Seen) -> Option<usize> {
        let (first, rest) = path.split_first()?;
        let uses = &self.all[at].uses;
        if let Some(import) = uses.iter().find(|import| import.name == *first) {
            return self.resolve(at, &[&import.path[..], rest].concat(), seen);
        }
        uses.iter().filter(|import| import.name == "*").find_map(|import| {
            let target = self.resolve(at, &import.path, seen)?;
            match self.all[target].children.get(first) {
                Some(child) => self.below(*child, rest, seen),
                None => self.defines(target, path, seen),
            }
        })
    }
}

impl Module {
    fn add(&mut self, item: &Item) {
        let name = match item {
            Item::Const(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Fn(item) => Some(&item.sig.ident),
            Item::Static(item) => Some(&item.ident),
            Item::Struct(item) => Some(&item.ident),
            Item::Trait(item) => Some(&item.ident),
            Item::TraitAlias(item) => Some(&item.ident),
            Item::Type(item) => Some(&item.ident),
            Item::Union(item) => Some(&item.ident),
            Item::Macro(item) => {
                if item.ident.is_none() {
                    self.made.extend(made_by(item.mac.tokens.clone()));
                }
                item.ident.as_ref()
            }
            _ => None,
        };
        self.items.extend(name.map(ToString::to_string));
        self.visit_item(item);
    }

    fn add_use(&mut self, tree: &UseTree, path: &[String], is_public: bool) {
        let mut add = |name: String, path: Vec<String>| self.uses.push(Use { name, path, is_public });
        match tree {
            UseTree::Path(tree) => {
                let below = [path, &[tree.ident.to_string()]].concat();
                self.add_use(&tree.tree, &below, is_public);
            }
            UseTree::Name(tree) if tree.ident == "self" => {
                add(path.last().cloned().unwrap_or_default(), path.to_vec());
            }
            UseTree::Name(tree) => {
                let name = tree.ident.to_string();
                // A macro that is made a path of its module: `pub(crate) use operation;`.
                if !path.is_empty() {
                    add(name.clone(), [path, &[name]].concat());
                }
            }
            UseTree::Rename(tree) => {
                add(tree.rename.to_string(), [path, &[tree.ident.to_string()]].concat());
            }
            UseTree::Glob(_) => add("*".to_owned(), path.to_vec()),
            UseTree::Group(tree) => {
                for tree in &tree.items {
                    self.add_use(tree, path, is_public);
                }
            }
        }
    }

    /// Adds the paths among the tokens of a macro. `$crate` is the crate.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        // The colons since the last name.
        let mut colons = 0;
        for tree in tokens {
            match tree {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.add_path(std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.add_path(std::mem::take(&mut path));
                    self.add_tokens(group.stream());
                }
                _ => {
                    self.add_path(std::mem::take(&mut path));
                    colons = 0;
                }
            }
        }
        self.add_path(path);
    }

    fn add_path(&mut self, path: Vec<String>) {
        if !path.is_empty() {
            self.paths.insert(path);
        }
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_use(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add_path(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.add_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

/// Whether an item is compiled for tests alone.
fn is_for_tests(item: &Item) -> bool {
    let attributes = match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            ["test", "doctest"].contains(&list.tokens.to_string().as_str())
        }
        _ => false,
    })
}

/// The names that a macro's tokens seem to define: those after a keyword that begins an item, and the first name with
/// all that begin with it.
fn made_by(tokens: TokenStream) -> BTreeSet<String> {
    let mut made = BTreeSet::new();
    let mut first: Option<String> = None;
    let mut after_keyword = false;
    for tree in tokens {
        match tree {
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let is_keyword = ["const", "enum", "fn", "struct", "trait", "type"].contains(&name.as_str());
                let is_named_as_first = first.as_ref().is_some_and(|first| name.starts_with(first));
                if after_keyword || is_named_as_first || (first.is_none() && !is_keyword && name != "pub") {
                    made.insert(name.clone());
                    first.get_or_insert(name);
                }
                after_keyword = is_keyword;
            }
            // An attribute or a visibility's scope is not a name; items may be in braces.
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                made.extend(made_by(group.stream()).into_iter().filter(|name| starts_as_type(name)));
            }
            _ => {}
        }
    }
    made
}

fn starts_as_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}
