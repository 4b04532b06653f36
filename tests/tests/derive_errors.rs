//! Mistakes in attributes are errors at the token that makes them, all of a struct at once.

#[test]
fn a_mistake_is_an_error_at_its_token() {
    trybuild::TestCases::new().compile_fail("compile-fail/derive/*.rs");
}
