//! Revisions that the compiler refuses, with the reason at the right place.

#[test]
fn a_wrong_parameter_and_a_future_that_is_not_send_are_named() {
    trybuild::TestCases::new().compile_fail("compile-fail/revision/*.rs");
}
