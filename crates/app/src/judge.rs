//! Judging a record by a named calendar and named targets, whatever its own agreement says.

use std::sync::Arc;

use mainstay_core::{Goal, Instant, Kind, KindDef, Record, Result};
use mainstay_kinds::{Calendar, ServiceLevelAgreement};
use mainstay_store::{Conn, timeline::Point};
use uuid::Uuid;

use crate::{
    clocks::{Agreement, Agreements, Running, load_calendar, of_record},
    context::Context,
    find,
};

/// The measure of a report: the targets and rules of an agreement, on a calendar.
#[derive(Debug, Clone)]
pub struct Measure {
    /// The agreement, on the chosen calendar.
    pub agreement: Arc<Agreement>,
    /// Id of the agreement's record.
    pub id: Uuid,
    /// Ref of the calendar.
    pub calendar_ref: String,
}

impl Measure {
    /// The agreement called `targets` on the calendar called `calendar`, or on its own.
    ///
    /// # Errors
    /// Not found; conflict when several have the name.
    pub fn named(
        context: &Context,
        conn: &mut dyn Conn,
        targets: &str,
        calendar: Option<&str>,
    ) -> Result<Self> {
        let found = find::titled(context, conn, ServiceLevelAgreement::NAME, targets)?;
        let def = &context.kind(ServiceLevelAgreement::NAME)?.def;
        let calendar = match calendar {
            Some(name) => find::titled(context, conn, Calendar::NAME, name)?,
            None => {
                let id = found.get(def, "calendar").as_id().unwrap_or_default();
                find::record(context, conn, &id.to_string())?.1
            }
        };
        let mut agreement = Agreements::default()
            .get(context, conn, found.id)?
            .map(Arc::unwrap_or_clone)
            .ok_or_else(|| mainstay_core::Error::not_found(format!("the calendar of {}", found.reference)))?;
        if let Some((name, chosen)) = load_calendar(context, conn, calendar.id)? {
            agreement.calendar = chosen;
            agreement.calendar_name = name;
        }
        Ok(Self { agreement: Arc::new(agreement), id: found.id, calendar_ref: calendar.reference })
    }

    /// The record's clock of this goal by this measure; none when nothing is promised for it.
    ///
    /// # Errors
    /// A bug when a stored version cannot be read.
    pub fn clock(
        &self,
        def: &KindDef,
        record: &Record,
        points: &[Point],
        goal: Goal,
    ) -> Result<Option<Running>> {
        Ok(self.clocks(def, record, points)?.into_iter().find(|running| running.goal == goal))
    }

    /// All clocks of the record by this measure.
    ///
    /// # Errors
    /// A bug when a stored version cannot be read.
    pub fn clocks(&self, def: &KindDef, record: &Record, points: &[Point]) -> Result<Vec<Running>> {
        let judged: Vec<Point> =
            points.iter().cloned().map(|point| Point { agreement: Some(self.id), ..point }).collect();
        of_record(def, record, &judged, &mut |_| Ok(Some(self.agreement.clone())))
    }

    /// The zone in which the calendar reads dates at an instant.
    pub fn zone_at(&self, instant: Instant) -> jiff::tz::TimeZone {
        zone_of(&self.agreement.calendar, instant)
    }
}

/// The zone in which a calendar reads dates at an instant.
pub fn zone_of(calendar: &mainstay_time::Calendar, instant: Instant) -> jiff::tz::TimeZone {
    let version = calendar.versions().get(calendar.version_at(instant));
    version.and_then(|version| crate::import::mapping::zone(&version.zone)).unwrap_or(jiff::tz::TimeZone::UTC)
}
