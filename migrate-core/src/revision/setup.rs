//! What a migrator sends beside the statements of its revision.

/// The statements that keep a session and its transactions as a run needs them.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    /// Sets the session before anything runs outside a transaction, once.
    pub(super) preparation: Option<String>,
    /// Takes away what is set in the session, when all is done.
    pub(super) forgetting: Option<String>,
    /// Makes whoever keeps the history write it down, in the message with that.
    pub(super) writer: Option<String>,
    /// Begins each transaction, `BEGIN` included.
    pub(super) opening: String,
    /// What a step outside a transaction asks first.
    pub(super) question: Option<String>,
    /// What asks whether this is still the role of the service.
    pub(super) role_question: Option<String>,
    /// What takes the role back that a statement took.
    pub(super) role_return: Option<String>,
    /// The schemas in which names are looked up, for `SET search_path`.
    pub(super) search_path: Option<String>,
    /// Whether a statement may have taken one.
    pub(super) role_may_be_taken: bool,
    /// Whether anything may have set the session, beyond its transaction.
    pub(super) session_may_be_set: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            preparation: None,
            forgetting: None,
            writer: None,
            opening: "BEGIN".to_owned(),
            question: None,
            role_question: None,
            role_return: None,
            search_path: None,
            role_may_be_taken: false,
            session_may_be_set: false,
        }
    }
}

impl Setup {
    /// Notes what a statement of somebody's own may do to the session and its role.
    pub(super) fn note(&mut self, sql: &str) {
        let sql = sql.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| sql.contains(word));
        self.session_may_be_set |= has(&SETTING);
        self.role_may_be_taken |= self.role_return.is_some() && has(&["role", "authorization"]);
    }
}

/// What stands in statements that set something by themselves or call functions for what these do.
const SETTING: [&str; 8] = ["set", "select", "call", "do", "execute", "discard", "load", "temp"];
