//! The reference of the plugin contract, written from its WIT: what its texts say stands in one place.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wit_parser::{
    Docs, Function, Handle, Interface, PackageId, Resolve, Type, TypeDef, TypeDefKind, TypeId, World, WorldItem,
    WorldKey,
};

/// Where the contract lies in a checkout.
const CONTRACT: &str = "sdk/wit";
/// Where its reference lies.
const REFERENCE: &str = "docs/reference/contract.md";
/// How it is written anew.
const COMMAND: &str = "cargo xtask contract-reference";

/// Writes the reference of a checkout's contract.
///
/// # Errors
/// If the contract cannot be read, or the file cannot be written.
pub fn write(checkout: &Path) -> Result<()> {
    let (path, text) = (checkout.join(REFERENCE), of(checkout)?);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("failed to make {}", folder.display()))?;
    }
    fs::write(&path, text).with_context(|| format!("failed to write {}", path.display()))?;
    println!("Wrote {}.", path.display());
    Ok(())
}

/// The text of the reference.
fn of(checkout: &Path) -> Result<String> {
    let mut resolve = Resolve::default();
    let folder = checkout.join(CONTRACT);
    let (package, _) = resolve.push_dir(&folder).with_context(|| format!("{} is no contract", folder.display()))?;
    let limits = fs::read_to_string(folder.join("limits.rs")).context("failed to read the contract's limits")?;
    let page = Page { resolve: &resolve, text: String::new() };
    Ok(page.written(package, &limits))
}

struct Page<'a> {
    resolve: &'a Resolve,
    text: String,
}

impl Page<'_> {
    fn written(mut self, package: PackageId, limits: &str) -> String {
        let package = &self.resolve.packages[package];
        let line = format!(
            "# The plugin contract\n\nWritten from [`{CONTRACT}`](../../{CONTRACT}/README.md) by `{COMMAND}`: change the contract, not this page.\n\n`{}`\n",
            package.name
        );
        self.text.push_str(&line);
        self.text.push_str("\n## Worlds\n");
        for id in package.worlds.values() {
            self.world(&self.resolve.worlds[*id]);
        }
        for id in package.interfaces.values() {
            self.interface(&self.resolve.interfaces[*id]);
        }
        self.limits(limits);
        self.text
    }

    fn world(&mut self, world: &World) {
        self.heading(3, "world", &world.name);
        self.docs(&world.docs);
        for (what, items) in [("imports", &world.imports), ("exports", &world.exports)] {
            let names: Vec<String> = items.iter().filter_map(|(key, item)| self.item(key, item)).collect();
            if !names.is_empty() {
                self.line(&format!("It {what} {}.", names.join(", ")));
            }
        }
    }

    /// What a world names itself: vocabulary comes along with what uses it.
    fn item(&self, key: &WorldKey, item: &WorldItem) -> Option<String> {
        let (WorldKey::Interface(_), WorldItem::Interface { id, .. }) = (key, item) else { return None };
        let interface = &self.resolve.interfaces[*id];
        let name = interface.name.as_ref()?;
        (!interface.functions.is_empty()).then(|| format!("[`{name}`](#interface-{name})"))
    }

    fn interface(&mut self, interface: &Interface) {
        self.heading(2, "interface", interface.name.as_deref().unwrap_or_default());
        self.docs(&interface.docs);
        for function in interface.functions.values() {
            self.function(function);
        }
        let own = |id: &&TypeId| !matches!(self.resolve.types[**id].kind, TypeDefKind::Type(Type::Id(_)));
        let types: Vec<TypeId> = interface.types.values().filter(own).copied().collect();
        for id in types {
            self.definition(&self.resolve.types[id]);
        }
    }

    fn function(&mut self, function: &Function) {
        let _ = writeln!(self.text, "\n### `{}`", function.name);
        let parameters = function.params.iter().map(|of| format!("{}: {}", of.name, self.reference(&of.ty)));
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        let result = function.result.as_ref().map(|of| format!(" -> {}", self.reference(of))).unwrap_or_default();
        let _ = writeln!(self.text, "\n```wit\n{}: func({parameters}){result};\n```", function.name);
        self.docs(&function.docs);
    }

    fn definition(&mut self, of: &TypeDef) {
        self.heading(3, of.kind.as_str(), of.name.as_deref().unwrap_or_default());
        self.docs(&of.docs);
        match &of.kind {
            TypeDefKind::Record(record) => {
                let rows = record.fields.iter().map(|field| (field.name.as_str(), Some(&field.ty), &field.docs));
                self.parts("field", rows.collect());
            }
            TypeDefKind::Variant(variant) => {
                let rows = variant.cases.iter().map(|case| (case.name.as_str(), case.ty.as_ref(), &case.docs));
                self.parts("case", rows.collect());
            }
            TypeDefKind::Enum(of) => {
                self.parts("case", of.cases.iter().map(|case| (case.name.as_str(), None, &case.docs)).collect());
            }
            TypeDefKind::Flags(of) => {
                self.parts("flag", of.flags.iter().map(|flag| (flag.name.as_str(), None, &flag.docs)).collect());
            }
            kind => {
                let meaning = self.structure(kind);
                self.line(&format!("`{meaning}`"));
            }
        }
    }

    fn parts(&mut self, what: &str, rows: Vec<(&str, Option<&Type>, &Docs)>) {
        let _ = writeln!(self.text, "\n| {what} | type | |\n|---|---|---|");
        for (name, of, docs) in rows {
            let of = of.map(|of| format!("`{}`", self.reference(of))).unwrap_or_default();
            let docs = docs.contents.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(self.text, "| `{name}` | {of} | {} |", docs.replace('|', "\\|"));
        }
    }

    fn limits(&mut self, source: &str) {
        self.text.push_str("\n## Limits\n\n| limit | | |\n|---|---|---|\n");
        let (mut docs, mut lines) = (Vec::new(), source.lines().map(str::trim));
        while let Some(line) = lines.next() {
            if let Some(text) = line.strip_prefix("///") {
                docs.push(text.trim());
                continue;
            }
            if line.starts_with("pub const ") && !line.starts_with("pub const fn ") {
                // A long value takes several lines.
                let mut whole = line.to_owned();
                while !whole.ends_with(';') {
                    let Some(more) = lines.next() else { break };
                    whole = format!("{whole} {more}");
                }
                if let Some((name, value)) = constant(&whole) {
                    let _ = writeln!(self.text, "| `{name}` | {value} | {} |", docs.join(" ").replace('|', "\\|"));
                }
            }
            docs.clear();
        }
    }

    fn heading(&mut self, level: usize, what: &str, name: &str) {
        let _ = writeln!(self.text, "\n{} {what} `{name}`", "#".repeat(level));
    }

    fn docs(&mut self, docs: &Docs) {
        if let Some(text) = &docs.contents {
            self.line(text.trim());
        }
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "\n{text}");
    }

    /// A type as the contract writes it: by its name, where it has one.
    fn reference(&self, of: &Type) -> String {
        let Type::Id(id) = of else { return primitive(of).to_owned() };
        let definition = &self.resolve.types[*id];
        definition.name.clone().unwrap_or_else(|| self.structure(&definition.kind))
    }

    fn structure(&self, kind: &TypeDefKind) -> String {
        let optional = |of: &Option<Type>| of.as_ref().map_or_else(|| "_".to_owned(), |of| self.reference(of));
        match kind {
            TypeDefKind::Option(of) => format!("option<{}>", self.reference(of)),
            TypeDefKind::List(of) => format!("list<{}>", self.reference(of)),
            TypeDefKind::Result(of) => format!("result<{}, {}>", optional(&of.ok), optional(&of.err)),
            TypeDefKind::Tuple(of) => {
                format!("tuple<{}>", of.types.iter().map(|of| self.reference(of)).collect::<Vec<_>>().join(", "))
            }
            TypeDefKind::Handle(Handle::Own(id) | Handle::Borrow(id)) => self.reference(&Type::Id(*id)),
            TypeDefKind::Type(of) => self.reference(of),
            other => other.as_str().to_owned(),
        }
    }
}

/// The name of a constant, and its value as people read it, from its definition.
fn constant(definition: &str) -> Option<(&str, String)> {
    let (name, rest) = definition.strip_prefix("pub const ")?.split_once(':')?;
    let (_, value) = rest.split_once('=')?;
    let value = value.trim().trim_end_matches(';');
    let items = value.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    Some((name, items.map_or_else(|| amount(value), listed)))
}

/// A number, with the unit that its shift stands for.
fn amount(value: &str) -> String {
    match value.split_once(" << ") {
        Some((number, "10")) => format!("{number} KiB"),
        Some((number, "20")) => format!("{number} MiB"),
        Some((number, "30")) => format!("{number} GiB"),
        _ => value.replace('_', " "),
    }
}

/// The texts of a list of texts.
fn listed(items: &str) -> String {
    let items = items.split(',').map(|item| item.trim().trim_matches('"')).filter(|item| !item.is_empty());
    items.map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ")
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Tests run in the folder of their package.
    fn checkout() -> &'static Path {
        Path::new("..")
    }

    #[test]
    fn the_reference_is_as_the_contract_is_now() {
        let kept = fs::read_to_string(checkout().join(REFERENCE)).unwrap_or_default();
        assert!(kept == of(checkout()).unwrap(), "{REFERENCE} is not what the contract says: run `{COMMAND}`");
    }

    #[test]
    fn says_each_function_with_its_parameters_and_each_limit() {
        let text = of(checkout()).unwrap();
        for part in [
            "put: func(key: key, value: bytes);",
            "handle: func(context: context, request: request) -> result<response, failure>;",
            "| `request-id` | `string` | The same for every attempt at this call; nothing else has it. |",
            "It exports [`service`](#interface-service)",
            "| `MAX_KEY_BYTES` | 2 048 | The longest key. |",
            "| `MAX_VALUE_BYTES` | 1 MiB |",
        ] {
            assert!(text.contains(part), "{part}");
        }
    }

    #[test]
    fn a_limit_over_several_lines_is_read_as_a_whole_and_a_function_is_none() {
        let resolve = Resolve::default();
        let mut page = Page { resolve: &resolve, text: String::new() };
        page.limits("/// Whether.\npub const fn is(of: u16) -> bool {\n    of >= 1\n}\n/// What is\n/// shown.\npub const NAMES: [&str; 2] = [\n    \"a\",\n    \"b\",\n];\n");
        assert!(page.text.ends_with("|---|---|---|\n| `NAMES` | `a`, `b` | What is shown. |\n"), "{}", page.text);
    }
}
