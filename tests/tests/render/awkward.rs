//! Names and texts that a careless renderer would break.

use migrate_core::catalog::{Ident, QualifiedName};

const NAMES: &[&str] = &[
    "order",
    "it's \"quoted\"",
    "back\\slash",
    "{brace} {}",
    "first\nsecond",
    "*/ // /* //!",
    "\u{202e}reversed\u{2066}",
    "zero\u{200b}width\u{ad}",
    "return\rtab\tbell\u{7}delete\u{7f}",
    "naïve 名前 e\u{301} 👩\u{200d}🚀",
    "r#\"raw\"#",
    "$$ $body$",
    "ends with a backslash\\",
    "",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    " \u{a0}spaces\u{3000}",
    "async",
];

const TEXTS: &[&str] = &[
    "one line",
    "select 'a\"b' || $$c\\d$$",
    "first line\n  second \"line\"\n    \"# third \"## \\n",
    "select 1;\nmargin!(0);\n  margin!();\nselect 2",
    "windows\r\nlines\r\n",
    "\n\n  leading and trailing  \n\n",
    "hidden \u{202e}\u{2066} in\nseveral lines\u{2069}",
    "tab\tin\n\tlines",
    "- a list\n- of two\n# heading\n```\ncode\n```\n1. one\n    indented\n> quote",
    "*/ \n */ //! \n\"",
    "{current_schema}.f()",
    "{\"json\": [1, {}]}\n{}",
    "a text that is much longer than a line of a file may be, so that what lays it out has to decide what to do with it, and goes on",
    "spaces  by  two  and   three   in a line that is  too  long  for  a  file  and  is broken  somewhere  \\  in  \"it\"  \u{202e}\u{301}  so  that  each  counts",
    "a_single_word_that_is_much_too_long_for_a_line_of_a_file_and_has_no_space_at_all_so_that_nothing_can_break_it_anywhere",
    "nul is none, but \u{1}\u{1b}[31m and \u{feff} are\nsome",
    "ünï\nçödé 名前\ne\u{301}",
];

/// A name for each number.
pub(crate) fn ident(number: usize) -> Ident {
    Ident::new(NAMES[number % NAMES.len()])
}

/// A name that is in a schema every third time.
pub(crate) fn name(number: usize) -> QualifiedName {
    let schema = number.is_multiple_of(3).then(|| ident(number + 5));
    QualifiedName { schema, name: ident(number) }
}

/// A text for each number.
pub(crate) fn text(number: usize) -> String {
    TEXTS[number % TEXTS.len()].to_owned()
}

/// Gives the next awkward value each time.
#[derive(Default)]
pub(crate) struct Awkward(usize);

impl Awkward {
    fn next(&mut self) -> usize {
        self.0 += 1;
        self.0
    }

    pub(crate) fn ident(&mut self) -> Ident {
        ident(self.next())
    }

    pub(crate) fn name(&mut self) -> QualifiedName {
        name(self.next())
    }

    pub(crate) fn text(&mut self) -> String {
        text(self.next())
    }
}
