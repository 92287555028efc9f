//! What `include/honnin.h` declares, taken apart: for the tests that compare it with the library, with the
//! baseline and with the manual pages. Reads that one file, whose shape is cbindgen's, and no other C.

use crate::installed::root;

/// The header.
pub struct Interface {
    /// What is said before everything: the conventions.
    pub conventions: String,
    /// In the order of the header, as all that follow.
    pub groups: Vec<Group>,
    /// Numbers that have a name.
    pub constants: Vec<Constant>,
    /// Structs whose members a program sees.
    pub structs: Vec<Struct>,
    /// Types of callbacks.
    pub callbacks: Vec<Item>,
}

/// Functions that belong together, as `@defgroup` says.
pub struct Group {
    /// "pin"
    pub name: String,
    /// One sentence without its full stop.
    pub title: String,
    /// In the order of the header.
    pub functions: Vec<Item>,
}

/// Something declared.
pub struct Item {
    /// "honnin_pin_check"
    pub name: String,
    /// As in the header but on one line, without the semicolon and the macros.
    pub declaration: String,
    /// What its comment says, line by line.
    pub text: Vec<String>,
}

/// A number.
pub struct Constant {
    /// "HONNIN_OK"
    pub name: String,
    /// What its comment says.
    pub text: String,
}

/// A struct.
pub struct Struct {
    /// The type.
    pub item: Item,
    /// Its members, each without its semicolon.
    pub members: Vec<Item>,
}

impl Interface {
    /// The header of this project.
    ///
    /// # Panics
    /// If it cannot be read.
    pub fn read() -> Self {
        let path = root().join("include/honnin.h");
        Self::parse(&std::fs::read_to_string(path).expect("the header can be read"))
    }

    /// A header like it.
    ///
    /// # Panics
    /// If its shape is another one: then this reader must learn it.
    pub fn parse(header: &str) -> Self {
        let mut interface = Self {
            conventions: conventions(header),
            groups: Vec::new(),
            constants: Vec::new(),
            structs: Vec::new(),
            callbacks: Vec::new(),
        };
        let mut lines = header.lines();
        let mut text: Vec<String> = Vec::new();
        while let Some(line) = lines.next() {
            if line == "/**" {
                text = comment(&mut lines);
                if let Some(group) = text.iter().find_map(|line| line.strip_prefix("@defgroup ")) {
                    let (name, title) = group.split_once(' ').expect("a group has a name and a title");
                    let title = title.trim_end_matches('.').to_owned();
                    interface.groups.push(Group { name: name.to_owned(), title, functions: Vec::new() });
                }
            } else if let Some(define) = line.strip_prefix("#define HONNIN_") {
                let name = define.split([' ', '(']).next().unwrap_or_default();
                if !text.is_empty() {
                    let text = std::mem::take(&mut text).join(" ");
                    interface.constants.push(Constant { name: format!("HONNIN_{name}"), text });
                }
            } else if line == "typedef struct {" {
                interface.structs.push(struct_(&mut lines, std::mem::take(&mut text)));
            } else if line.contains("HONNIN_CALL honnin_") || line.contains("(HONNIN_CALL *") {
                let item = declared(line, &mut lines, std::mem::take(&mut text));
                if line.starts_with("typedef") {
                    interface.callbacks.push(item);
                } else {
                    interface.groups.last_mut().expect("a function stands in a group").functions.push(item);
                }
            }
        }
        interface
    }

    /// Every function, in the order of the header.
    pub fn functions(&self) -> impl Iterator<Item = &Item> {
        self.groups.iter().flat_map(|group| &group.functions)
    }
}

/// The first comment, without its marks.
fn conventions(header: &str) -> String {
    let inside = header.lines().skip(1).take_while(|line| *line != " */");
    inside.map(|line| line.strip_prefix(" * ").unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The rest of a comment, whose first line has been read.
fn comment<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Vec<String> {
    let text = lines.map(str::trim).take_while(|line| !line.ends_with("*/"));
    text.map(|line| line.trim_start_matches('*').strip_prefix(' ').unwrap_or_default().to_owned()).collect()
}

/// A declaration to its semicolon.
fn declared<'a>(first: &str, lines: &mut impl Iterator<Item = &'a str>, text: Vec<String>) -> Item {
    let mut whole = first.trim().to_owned();
    while !whole.ends_with(';') {
        whole.push(' ');
        whole.push_str(lines.next().expect("a declaration ends").trim());
    }
    let declaration = whole.trim_end_matches(';').replace("HONNIN_MUST_USE ", "").replace("HONNIN_CALL ", "");
    let at = declaration.find("honnin_").expect("what is declared has a name of ours");
    // The result may be of a type of ours.
    let head = declaration.split_once('(').map_or(declaration.as_str(), |(head, _)| head);
    let at = match declaration.find("(*honnin_") {
        Some(pointer) => pointer + 2,
        None => head.rfind("honnin_").unwrap_or(at),
    };
    let name = declaration.get(at..).unwrap_or_default();
    let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned();
    Item { name, declaration, text }
}

fn struct_<'a>(lines: &mut impl Iterator<Item = &'a str>, text: Vec<String>) -> Struct {
    let mut members = Vec::new();
    let mut said = Vec::new();
    loop {
        let line = lines.next().expect("a struct ends").trim();
        if line == "/**" {
            said = comment(lines);
        } else if let Some(name) = line.strip_prefix("} ") {
            let name = name.trim_end_matches(';').to_owned();
            let declaration = format!("typedef struct {name} {name}");
            return Struct { item: Item { name, declaration, text }, members };
        } else {
            let declaration = line.trim_end_matches(';').to_owned();
            let bare = declaration.split('[').next().unwrap_or_default();
            let name = bare.rsplit([' ', '*']).next().unwrap_or_default().to_owned();
            members.push(Item { name, declaration, text: std::mem::take(&mut said) });
        }
    }
}
