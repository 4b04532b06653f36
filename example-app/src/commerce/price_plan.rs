use migrate_core::{DbEnum, DbModel};
use rust_decimal::Decimal;

/// How often a subscription is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "billing", rename_all = "snake_case")]
pub enum Billing {
    /// Each month.
    Monthly,
    /// Each year.
    Yearly,
}

/// What can be subscribed to.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(check(price_not_negative = "price >= 0"), check(currency_is_code = "currency ~ '^[A-Z]{3}$'"))]
pub struct PricePlan {
    /// Its number, given by hand.
    #[db(primary_key)]
    pub id: i16,
    /// Its name.
    #[db(unique)]
    pub name: String,
    /// What it costs each time.
    #[db(numeric(10, 2))]
    pub price: Decimal,
    /// The money it is paid in, as in ISO 4217.
    #[db(char = 3, default = sql("'EUR'"))]
    pub currency: String,
    /// How often it is paid.
    #[db(default = Billing::Monthly)]
    pub billing: Billing,
    /// What it offers, in a few words each.
    #[db(default = sql("'{}'"))]
    pub features: Vec<String>,
}
