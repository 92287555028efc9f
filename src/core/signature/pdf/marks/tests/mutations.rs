//! Pages with damage at random: the interpreter ends, and its work grows with its input only.

use super::super::super::object::Object;
use super::super::{of_page, paints};
use super::viewers::{Book, Random};
use std::env;

/// How many damaged pages; a longer run sets it.
const COUNT: &str = "HONNIN_MARKS_MUTATIONS";

const TOKENS: [&[u8]; 24] = [
    b" q ",
    b" Q ",
    b" BT ",
    b" ET ",
    b" /Form Do ",
    b" /Open Do ",
    b" /Drawn 9 Tf ",
    b" (ab) Tj ",
    b"[",
    b"]",
    b"<<",
    b">>",
    b"(",
    b")",
    b" -1000000000 ",
    b" 0 0 0 0 0 0 cm ",
    b" W n ",
    b" BI ",
    b" ID ",
    b" EI ",
    b"%",
    b" 99999 ",
    b" .0000001 ",
    b" S ",
];

fn damage(random: &mut Random, data: &mut Vec<u8>) {
    let place = |random: &mut Random, data: &[u8]| {
        usize::try_from(random.below(i32::try_from(data.len()).unwrap() + 1)).unwrap()
    };
    for _ in 0..random.between(1, 6) {
        let (at, to) = (place(random, data), place(random, data));
        let (from, to) = (at.min(to), at.max(to));
        match random.below(5) {
            0 if at < data.len() => data[at] = u8::try_from(random.below(256)).unwrap(),
            1 => drop(data.drain(from..to.min(from + 20))),
            2 => {
                let copy = data[from..to].to_vec();
                data.splice(at..at, copy);
            }
            _ => {
                let token = random.one(&TOKENS);
                data.splice(at..at, token.iter().copied());
            }
        }
    }
}

#[test]
fn damaged_pages_end_within_work_that_grows_with_them() {
    let count = env::var(COUNT).ok().and_then(|count| count.parse().ok()).unwrap_or(2000);
    let mut random = Random(0x5EED);
    let mut book = Book::at(1);
    let originals = book.memory.objects.clone();
    let streams: Vec<u32> = originals
        .iter()
        .filter(|(_, object)| matches!(object, Object::Stream(..)))
        .map(|(number, _)| *number)
        .collect();
    let mut known = 0;
    for round in 0..count {
        let page = book.pages[round % book.pages.len()];
        let content = book.memory.dictionary(page).get(b"Contents").unwrap().reference().unwrap().number;
        let victim = if random.chance(70) {
            content
        } else {
            streams[usize::try_from(random.below(i32::try_from(streams.len()).unwrap())).unwrap()]
        };
        let mut data = book.memory.bytes(victim).to_vec();
        damage(&mut random, &mut data);
        book.memory.replace(victim, &data);
        book.memory.spent.set(0);
        if of_page(&book.memory, book.memory.dictionary(page), |_| false) != super::super::Marks::Unknown {
            known += 1;
        }
        // The shared forms and fonts are small; each use costs what they are.
        let most = 100_000 + 4_000 * data.len();
        assert!(book.memory.spent.get() < most, "{} {}", book.memory.spent.get(), data.len());
        paints(&book.memory, &originals[&victim]);
        book.memory.objects.clone_from(&originals);
        book.memory.forget();
    }
    assert!(known > count / 50, "{known} of {count}");
}
