//! The current and the desired form of one thing.

/// Two forms of one thing, compared property by property.
#[derive(Debug)]
pub struct Pair<'a, T> {
    /// What is there.
    pub current: &'a T,
    /// What shall be there.
    pub desired: &'a T,
}

impl<T> Clone for Pair<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Pair<'_, T> {}

impl<'a, T> Pair<'a, T> {
    /// The pair of these two.
    pub fn of(current: &'a T, desired: &'a T) -> Self {
        Self { current, desired }
    }

    /// Whether the two differ in a property.
    pub fn differs_in<U: PartialEq + ?Sized + 'a>(
        &self,
        property: impl Fn(&'a T) -> &'a U,
    ) -> bool {
        property(self.current) != property(self.desired)
    }
}
