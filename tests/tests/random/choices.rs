//! The decisions behind a schema. Each is found by its name rather than by its turn, so that some
//! can be taken again while all others stay.

/// A seed, and what of it is decided anew.
#[derive(Debug, Clone)]
pub(crate) struct Choices {
    seed: u64,
    again: Option<Again>,
    /// Whether there are views, functions and the like.
    pub(crate) has_dependents: bool,
}

/// Another seed for a share of the decisions, which is larger in one table: so it changes in
/// several ways at once.
#[derive(Debug, Clone)]
struct Again {
    seed: u64,
    per_mille: usize,
    table: String,
    per_mille_in_table: usize,
}

impl Choices {
    /// All decisions of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        Self { seed, again: None, has_dependents: true }
    }

    /// Mostly a few decisions taken again, sometimes many, sometimes all.
    pub(crate) fn changed(&self) -> Self {
        let roll = |place: &str, sides| number(self.seed, place, sides);
        let (per_mille, per_mille_in_table) = match roll("how much changes", 12) {
            0 => (1000, 1000),
            1 => (150, 150),
            2 | 3 => (60, 60),
            4 | 5 => (6, 250),
            6 | 7 => (3, 25),
            _ => (15, 110),
        };
        let table = format!("table {} ", roll("which table changes", 5));
        let seed = self.seed ^ 0x5555_5555;
        let again = Again { seed, per_mille, table, per_mille_in_table };
        Self { again: Some(again), ..self.clone() }
    }

    /// The same without views, functions and the like.
    pub(crate) fn without_dependents(self) -> Self {
        Self { has_dependents: false, ..self }
    }

    /// The decision of that name: a number below `sides`.
    pub(crate) fn roll(&self, place: &str, sides: usize) -> usize {
        let again = self.again.as_ref().filter(|again| {
            let share = match place.starts_with(&again.table) {
                true => again.per_mille_in_table,
                false => again.per_mille,
            };
            number(again.seed, &format!("again {place}"), 1000) < share
        });
        number(again.map_or(self.seed, |again| again.seed), place, sides)
    }

    /// Whether the decision of that name falls on one of `sides`.
    pub(crate) fn one_in(&self, place: &str, sides: usize) -> bool {
        self.roll(place, sides) == 0
    }

    /// One of several.
    pub(crate) fn pick<T: Copy>(&self, place: &str, from: &[T]) -> T {
        from[self.roll(place, from.len())]
    }
}

/// The same on every machine: FNV-1a over the name, then the mixing of splitmix64.
fn number(seed: u64, place: &str, sides: usize) -> usize {
    let mut mixed = place.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    mixed = mixed.wrapping_add(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((mixed ^ (mixed >> 31)) % (sides as u64)).expect("it is below `sides`")
}
