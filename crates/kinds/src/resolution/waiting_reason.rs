//! What a ticket waits for. Agreements say by these words which waiting pauses a clock (`metrics` 2.2).

use mainstay_core::choice;

choice!(
    /// What a ticket waits for.
    WaitingReason {
        /// An answer or act of the customer or user; stored as
        Customer = "customer",
        /// A date agreed with the customer; stored as
        AgreedDate = "agreed_date",
        /// A supplier; stored as
        Supplier = "supplier",
        /// The implementation of a change; stored as
        Change = "change",
        /// The solution of a problem; stored as
        Problem = "problem",
        /// Evidence that is still being gathered; stored as
        Evidence = "evidence",
    }
);
