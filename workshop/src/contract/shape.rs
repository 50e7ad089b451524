//! What of a contract others are built against: the names and shapes of its worlds, interfaces, functions and types.
//!
//! Aliases are seen through, as they are where a component meets its host; records, variants, enums, flags and resources count by
//! their names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use wit_parser::{
    Function, FunctionKind, Handle, InterfaceId, Package, PackageId, Resolve, Type, TypeDef, TypeDefKind, TypeId,
    TypeOwner, WorldItem, WorldKey,
};

/// The shape of a package of WIT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Its name, without the version.
    pub(super) package: String,
    pub(super) interfaces: BTreeMap<String, Interface>,
    pub(super) worlds: BTreeMap<String, World>,
}

/// Shapes by names.
type Shapes = BTreeMap<String, String>;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Interface {
    pub(super) types: Shapes,
    pub(super) functions: Shapes,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct World {
    pub(super) imports: Shapes,
    pub(super) exports: Shapes,
}

/// Why files are no contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    /// A folder holds no package of WIT.
    #[error("{} holds no package of WIT: {reason}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        reason: String,
    },
    /// A text is no package of WIT.
    #[error("no package of WIT: {reason}")]
    Text {
        /// Why.
        reason: String,
    },
}

impl Contract {
    /// Reads the contract in a folder of WIT.
    ///
    /// # Errors
    /// [`ContractError::Folder`].
    pub fn read(folder: &Path) -> Result<Self, ContractError> {
        let refused = |reason| ContractError::Folder { folder: folder.to_owned(), reason };
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(folder).map_err(|error| refused(format!("{error:#}")))?;
        Ok(Self::of(&resolve, package))
    }

    /// Reads a contract that is one text.
    ///
    /// # Errors
    /// [`ContractError::Text`].
    pub fn parse(text: &str) -> Result<Self, ContractError> {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("contract.wit", text);
        let package = package.map_err(|error| ContractError::Text { reason: format!("{error:#}") })?;
        Ok(Self::of(&resolve, package))
    }

    fn of(resolve: &Resolve, package: PackageId) -> Self {
        let shown = Shown { resolve };
        let package = &resolve.packages[package];
        Self {
            package: format!("{}:{}", package.name.namespace, package.name.name),
            interfaces: package.interfaces.iter().map(|(name, id)| (name.clone(), shown.interface(*id))).collect(),
            worlds: shown.worlds(package),
        }
    }
}

/// Writes shapes.
struct Shown<'a> {
    resolve: &'a Resolve,
}

impl Shown<'_> {
    fn interface(&self, id: InterfaceId) -> Interface {
        let interface = &self.resolve.interfaces[id];
        Interface {
            types: interface.types.iter().map(|(name, id)| (name.clone(), self.definition(*id))).collect(),
            functions: interface.functions.iter().map(|(name, of)| (name.clone(), self.function(of))).collect(),
        }
    }

    fn worlds(&self, package: &Package) -> BTreeMap<String, World> {
        let items = |items: &wit_parser::IndexMap<WorldKey, WorldItem>| {
            items.iter().map(|(key, item)| (self.key(key), self.item(item))).collect()
        };
        let world = |id| {
            let world: &wit_parser::World = &self.resolve.worlds[id];
            World { imports: items(&world.imports), exports: items(&world.exports) }
        };
        package.worlds.iter().map(|(name, id)| (name.clone(), world(*id))).collect()
    }

    fn key(&self, key: &WorldKey) -> String {
        match key {
            WorldKey::Name(name) => name.clone(),
            WorldKey::Interface(id) => self.interface_name(*id),
        }
    }

    fn item(&self, item: &WorldItem) -> String {
        match item {
            WorldItem::Interface { id, .. } => format!("interface {}", self.interface_name(*id)),
            WorldItem::Function(function) => self.function(function),
            WorldItem::Type { id, .. } => self.definition(*id),
        }
    }

    fn interface_name(&self, id: InterfaceId) -> String {
        self.resolve.interfaces[id].name.clone().unwrap_or_default()
    }

    fn function(&self, function: &Function) -> String {
        let parameters = function.params.iter().map(|of| format!("{}: {}", of.name, self.reference(&of.ty)));
        let kind = match &function.kind {
            FunctionKind::Freestanding => "func",
            FunctionKind::AsyncFreestanding => "async func",
            FunctionKind::Method(_) => "method",
            FunctionKind::AsyncMethod(_) => "async method",
            FunctionKind::Static(_) => "static func",
            FunctionKind::AsyncStatic(_) => "async static func",
            FunctionKind::Constructor(_) => "constructor",
        };
        let result = function.result.as_ref().map(|of| format!(" -> {}", self.reference(of))).unwrap_or_default();
        format!("{kind}({}){result}", joined(parameters))
    }

    /// A type where it is used: by its name, if its name is what counts.
    fn reference(&self, of: &Type) -> String {
        let Type::Id(id) = of else { return primitive(of).to_owned() };
        let definition = self.meant(*id);
        match (&definition.name, &definition.kind) {
            (
                Some(name),
                TypeDefKind::Record(_)
                | TypeDefKind::Variant(_)
                | TypeDefKind::Enum(_)
                | TypeDefKind::Flags(_)
                | TypeDefKind::Resource,
            ) => match definition.owner {
                TypeOwner::Interface(owner) => format!("{}.{name}", self.interface_name(owner)),
                TypeOwner::World(_) | TypeOwner::None => name.clone(),
            },
            (_, kind) => self.kind(kind),
        }
    }

    /// A type where it is defined, or taken over from another interface.
    fn definition(&self, id: TypeId) -> String {
        let definition = &self.resolve.types[id];
        match &definition.kind {
            TypeDefKind::Type(of) => self.reference(of),
            kind => self.kind(kind),
        }
    }

    /// What an alias stands for.
    fn meant(&self, id: TypeId) -> &TypeDef {
        let mut definition = &self.resolve.types[id];
        // An alias stands for something that was defined before it.
        while let TypeDefKind::Type(Type::Id(id)) = definition.kind {
            definition = &self.resolve.types[id];
        }
        definition
    }

    fn kind(&self, kind: &TypeDefKind) -> String {
        let optional = |of: &Option<Type>| of.as_ref().map_or_else(|| "_".to_owned(), |of| self.reference(of));
        match kind {
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter().map(|field| format!("{}: {}", field.name, self.reference(&field.ty)));
                format!("record {{ {} }}", joined(fields))
            }
            TypeDefKind::Variant(variant) => {
                let case = |case: &wit_parser::Case| match &case.ty {
                    Some(of) => format!("{}({})", case.name, self.reference(of)),
                    None => case.name.clone(),
                };
                format!("variant {{ {} }}", joined(variant.cases.iter().map(case)))
            }
            TypeDefKind::Enum(of) => format!("enum {{ {} }}", joined(of.cases.iter().map(|case| case.name.clone()))),
            TypeDefKind::Flags(of) => format!("flags {{ {} }}", joined(of.flags.iter().map(|flag| flag.name.clone()))),
            TypeDefKind::Resource => "resource".to_owned(),
            TypeDefKind::Handle(Handle::Own(id)) => format!("own<{}>", self.reference(&Type::Id(*id))),
            TypeDefKind::Handle(Handle::Borrow(id)) => format!("borrow<{}>", self.reference(&Type::Id(*id))),
            TypeDefKind::Tuple(tuple) => format!("tuple<{}>", joined(tuple.types.iter().map(|of| self.reference(of)))),
            TypeDefKind::Option(of) => format!("option<{}>", self.reference(of)),
            TypeDefKind::Result(of) => format!("result<{}, {}>", optional(&of.ok), optional(&of.err)),
            TypeDefKind::List(of) => format!("list<{}>", self.reference(of)),
            TypeDefKind::Map(key, value) => format!("map<{}, {}>", self.reference(key), self.reference(value)),
            TypeDefKind::FixedLengthList(of, length) => format!("list<{}, {length}>", self.reference(of)),
            TypeDefKind::Future(of) => format!("future<{}>", optional(of)),
            TypeDefKind::Stream(of) => format!("stream<{}>", optional(of)),
            TypeDefKind::Type(of) => self.reference(of),
            TypeDefKind::Unknown => "unknown".to_owned(),
        }
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn primitive(of: &Type) -> &'static str {
    match of {
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S8 => "s8",
        Type::S16 => "s16",
        Type::S32 => "s32",
        Type::S64 => "s64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::ErrorContext => "error-context",
        // Whoever calls this has looked at the definition.
        Type::Id(_) => "",
    }
}
