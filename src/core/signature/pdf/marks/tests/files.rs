//! Where the pages of files are marked, for judges from outside.

use super::super::super::object::Object;
use super::super::{Marks, of_page};
use super::memory::Memory;
use std::fs;

/// Files, as `qpdf --object-streams=disable` writes them, in this folder.
const FOLDER: &str = "HONNIN_MARKS_FOLDER";

#[test]
fn the_boxes_of_the_files_in_a_folder_are_printed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "pdf"));
    paths.sort();
    for path in paths {
        let name = path.display();
        let Some((memory, trailer)) = Memory::read(&fs::read(&path).unwrap()) else {
            println!("{{\"file\":\"{name}\",\"page\":0,\"boxes\":\"unreadable\"}}");
            continue;
        };
        let root = memory.objects.get(&trailer.get(b"Root").unwrap().reference().unwrap().number);
        let tree = root.and_then(Object::dictionary).and_then(|root| root.get(b"Pages")).unwrap();
        for (index, page) in memory.pages(tree).iter().enumerate() {
            memory.spent.set(0);
            let boxes = match of_page(&memory, page, |_| false) {
                Marks::Inside(boxes) => format!("{boxes:?}"),
                Marks::Unknown => "null".to_owned(),
            };
            let (page, spent) = (index + 1, memory.spent.get());
            println!("{{\"file\":\"{name}\",\"page\":{page},\"spent\":{spent},\"boxes\":{boxes}}}");
        }
    }
}
