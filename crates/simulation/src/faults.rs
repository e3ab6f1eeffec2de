//! What goes wrong: faults of each service, with the words in which people report and resolve them.

use crate::chance::Chance;

/// A fault that comes again and again.
pub(crate) struct Fault {
    /// Place of the service in the portfolio.
    pub(crate) service: usize,
    pub(crate) category: &'static str,
    pub(crate) subcategory: &'static str,
    titles: &'static [&'static str],
    description: &'static str,
    resolution: &'static str,
    pub(crate) code: &'static str,
    pub(crate) cause: &'static str,
    pub(crate) workaround: &'static str,
    /// Monitoring sees it too.
    pub(crate) seen_by_monitoring: bool,
}

#[allow(clippy::too_many_arguments)] // a row of the table below
const fn fault(
    service: usize,
    category: &'static str,
    subcategory: &'static str,
    titles: &'static [&'static str],
    description: &'static str,
    resolution: &'static str,
    code: &'static str,
    cause: &'static str,
    workaround: &'static str,
    seen_by_monitoring: bool,
) -> Fault {
    Fault {
        service,
        category,
        subcategory,
        titles,
        description,
        resolution,
        code,
        cause,
        workaround,
        seen_by_monitoring,
    }
}

#[rustfmt::skip] // a table
pub(crate) const FAULTS: &[Fault] = &[
    fault(0, "Hardware", "Notebook", &["Notebook does not start", "Black screen after docking in {room}", "Notebook {device} very loud and slow"],
        "Since this morning {device} does not get past the logo. Battery and charger tried.", "{device} exchanged, data restored from the profile.", "hardware replaced",
        "Firmware of the docking station and of the notebook do not agree", "Start without the docking station, then connect it", false),
    fault(0, "Software", "Office", &["Text processing closes by itself", "Spreadsheet does not open: {app}", "Macros blocked since the update"],
        "{app} closes without a word as soon as I open the list from last week.", "Add-in repaired, {app} opens the list again.", "configuration corrected",
        "An add-in of the old version is loaded after the update", "Open the file without add-ins", false),
    fault(0, "Hardware", "Mobile telephone", &["Mobile does not synchronise", "Display broken", "No reception in {room}"],
        "My mobile shows mails only from yesterday, colleagues see everything.", "Profile removed and set up again.", "configuration corrected",
        "Profiles expire after a change of the password", "Read mail in the browser", false),
    fault(1, "Mail", "Delivery", &["Mail to customers comes back", "Mails arrive an hour late", "External mail missing since {time}"],
        "Mails to one of our biggest buyers come back with a code. Invoices go out today!", "Blocked address released, queue delivered.", "supplier informed",
        "The sending address stands on a block list again and again", "Send through the second gateway", true),
    fault(1, "Mail", "Calendar", &["Shared calendar empty", "Room {room} double booked", "Cannot accept invitations"],
        "The calendar of room {room} is empty for everybody in our team.", "Permissions of the calendar repaired.", "permission corrected",
        "Permissions are lost when a mailbox moves", "Open the calendar in the browser", false),
    fault(1, "Mail", "Mailbox", &["Mailbox full", "Search finds nothing", "Signature with wrong accents (é, ç, ü)"],
        "Search finds nothing older than a week, and I need a mail from February.", "Index of the mailbox built anew.", "service restarted",
        "The index stops when a store is full", "Search in the browser", false),
    fault(2, "Telephony", "Calls", &["Calls break off after 30 seconds", "Nobody hears me", "Queue of the call centre stands still"],
        "Callers hear us for half a minute, then silence. Started at {time}.", "Trunk restarted, calls stable for an hour.", "service restarted",
        "The timers of trunk and firewall differ", "Call back by mobile", true),
    fault(2, "Telephony", "Voicemail", &["Voicemail without messages", "Announcement in the wrong language"],
        "The announcement plays in German, our patients speak French.", "Announcement recorded anew and assigned.", "configuration corrected",
        "Announcements are assigned by site, not by group", "Switch the announcement off", false),
    fault(3, "Network", "WLAN", &["WLAN slow in {room}", "No WLAN in hall {count}", "Scanner loses WLAN"],
        "All handheld scanners in hall {count} lose the network several times an hour.", "Channel of the access point changed, signal measured.", "configuration corrected",
        "Neighbouring access points use the same channel", "Work near the dock with the cable", true),
    fault(3, "Network", "Line", &["Site without network", "Line down", "Packet loss to the data centre"],
        "Nothing works: no telephone, no ERP, no mail. All of the site is hit.", "Line switched to the second way, supplier repaired the fibre.", "supplier repaired",
        "The fibre runs along a building site", "Use the mobile backup line", true),
    fault(3, "Network", "Switch", &["Port dead in {room}", "Switch {device} does not answer"],
        "Monitoring: {device} does not answer for five minutes.", "{device} restarted; power supply exchanged.", "hardware replaced",
        "Power supplies of a series fail after four years", "Use the neighbouring switch", true),
    fault(4, "Remote access", "VPN", &["VPN does not connect", "VPN?", "VPN breaks off every hour", "Certificate expired, VPN refuses"],
        "From home I cannot connect: the code is accepted, then nothing.", "Certificate renewed, connection tried together.", "certificate renewed",
        "Certificates are not renewed for devices that are rarely in the office", "Use the browser gateway", false),
    fault(4, "Remote access", "Performance", &["Working from home very slow", "Remote desktop freezes"],
        "Since {time} each click takes half a minute.", "Session moved to another gateway.", "capacity extended",
        "One gateway takes all sessions after a restart", "Connect to the second gateway by hand", true),
    fault(5, "ERP", "Posting", &["Invoices cannot be posted", "Order {count} locked", "Month-end closing stops at step {count}"],
        "Posting stops with a lock at document {count}. Month-end is today.", "Lock released, posting repeated and checked with the caller.", "data corrected",
        "A batch job keeps its locks when it is cancelled", "Post after the batch window", false),
    fault(5, "ERP", "Interface", &["Orders from the shop are missing", "Interface queue stands", "Delivery notes without prices"],
        "Since {time} no orders have arrived from the shop; usually forty an hour.", "Queue restarted, {count} orders taken over.", "service restarted",
        "The interface does not survive a restart of the database", "Enter urgent orders by hand", true),
    fault(5, "ERP", "Printing from ERP", &["Labels without bar code", "Delivery note prints twice"],
        "Labels come without the bar code, the carrier refuses the pallets.", "Form of the previous version put back.", "configuration corrected",
        "Forms are overwritten by the monthly release", "Print labels from the archive", false),
    fault(6, "Files", "Permission", &["No access to folder {app}", "Folder disappeared", "Project folder read-only"],
        "I changed the department on Monday and cannot open our folder.", "Group membership corrected.", "permission corrected",
        "Moves between departments are not passed on to the folders", "A colleague opens the file", false),
    fault(6, "Files", "Restore", &["Please restore deleted folder", "Old version of the offer needed"],
        "The folder of the tender was deleted by mistake this morning.", "Folder restored from {time}.", "data restored",
        "Folders can be moved by accident with the mouse", "Use the earlier versions", false),
    fault(7, "Database", "Capacity", &["Disk of {device} at 95 %", "Tablespace full on {device}"],
        "Monitoring: space on {device} below the threshold.", "Old logs removed, disk extended by 200 GB.", "capacity extended",
        "Logs are not removed after a failed backup", "Remove logs by hand", true),
    fault(7, "Database", "Performance", &["Queries slow on {device}", "Blocked sessions on {device}"],
        "Monitoring: response of {device} above two seconds.", "Statistics renewed, plan of the query fixed.", "configuration corrected",
        "Statistics are not renewed after big loads", "Renew the statistics by hand", true),
    fault(8, "Printing", "Printer", &["Printer in {room} does not print", "Paper jam again", "Scanner sends no mails"],
        "The printer in {room} says ready and prints nothing.", "Queue emptied, roller exchanged by the supplier.", "supplier repaired",
        "The rollers of this model wear out early", "Print on the next floor", false),
    fault(8, "Printing", "Driver", &["Wrong tray since the update", "Colours wrong on {device}"],
        "Everything comes out of the tray with the labels.", "Driver put back to the previous version.", "configuration corrected",
        "The update of the driver forgets the trays", "Choose the tray in the dialog", false),
    fault(9, "Backup", "Job", &["Backup of {device} failed", "Backup runs into the morning"],
        "Monitoring: job of {device} ended with an error at {time}.", "Job repeated by hand, complete.", "service restarted",
        "Two jobs share one drive", "Run the job again by hand", true),
    fault(10, "Web shop", "Checkout", &["Checkout fails", "Payment page empty", "Shop slow before noon"],
        "Customers ring: they cannot pay. The cart is full, then an empty page.", "Certificate of the payment gateway renewed; orders go through.", "certificate renewed",
        "The gateway's certificate is renewed by hand", "Offer payment by invoice", true),
    fault(10, "Web shop", "Content", &["Pictures of the new collection missing", "Prices with wrong comma"],
        "The pictures of the autumn collection are not shown on mobiles.", "Cache emptied, pictures delivered.", "configuration corrected",
        "The cache keeps pictures longer than agreed", "Empty the cache by hand", false),
    fault(11, "Identity", "Password", &["Locked out", "Password not accepted after the holidays", "Account locked again and again"],
        "My account locks itself a few minutes after it is unlocked.", "Old password removed from the mobile, account unlocked.", "user informed",
        "Mobiles keep trying with the old password", "Switch the mobile off while unlocking", false),
    fault(11, "Identity", "Second factor", &["New mobile, no codes", "Code not accepted", "Second factor lost"],
        "I have a new mobile and cannot sign in anywhere.", "Identity checked by video, second factor set up anew.", "user informed",
        "The second factor does not move to a new device", "Use the emergency codes", false),
    fault(11, "Identity", "Sign-in", &["Sign-in takes minutes", "Nobody can sign in", "Sign-in page not reached"],
        "The whole department waits at the sign-in page.", "One of the sign-in servers taken out and restarted.", "service restarted",
        "A sign-in server runs out of memory after some weeks", "Restart the sign-in servers in the night", true),
];

const ROOMS: [&str; 10] = [
    "Säntis",
    "Tejo",
    "Genève 2.04",
    "Matterhorn",
    "Sala Camões",
    "Halle Süd",
    "Rez-de-chaussée",
    "Belém",
    "Büro 312",
    "Bloc opératoire",
];
const APPS: [&str; 6] = ["Budget", "Einkauf", "Relatórios", "Qualité", "Lohn", "Lieferplan"];

/// The words of one report.
pub(crate) struct Words {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) resolution: String,
}

impl Fault {
    /// The report of this fault in the words of somebody at some time of day.
    pub(crate) fn words(&self, chance: &mut Chance) -> Words {
        let room = *chance.pick(&ROOMS);
        let app = *chance.pick(&APPS);
        let device =
            format!("{}-{:03}", chance.pick(&["NB", "PC", "SW", "DB", "PR"]), chance.between(1, 240));
        let time = format!("{:02}:{:02}", chance.between(6, 16), chance.below(12) * 5);
        let count = chance.between(2, 9).to_string();
        let fill = |text: &str| {
            text.replace("{room}", room)
                .replace("{app}", app)
                .replace("{device}", &device)
                .replace("{time}", &time)
                .replace("{count}", &count)
        };
        Words {
            title: fill(chance.pick::<&str>(self.titles)),
            description: fill(self.description),
            resolution: fill(self.resolution),
        }
    }
}

/// What an agent writes to a caller.
pub(crate) const TO_CALLER: [&str; 10] = [
    "Thank you for your report. We are looking at it and call you back.",
    "Grüezi, wir haben den Fehler gefunden und arbeiten an der Behebung.",
    "Bom dia, estamos a tratar do assunto e damos notícias ainda hoje.",
    "Bonjour, nous avons pu reproduire la panne; la suite vous parvient avant midi.",
    "Could you please try again and tell us what the message says, word for word?",
    "We tried it from here and it works. Does it still happen to you?",
    "Wir brauchen noch die Gerätenummer; sie steht auf der Unterseite.",
    "Poderia enviar-nos uma imagem do ecrã?",
    "Notre fournisseur passe cet après-midi, entre 14 et 16 heures.",
    "It works again for us. Please tell us if it does not for you.",
];

/// What agents write for each other.
pub(crate) const AMONG_US: [&str; 8] = [
    "Same as last week, see the known error.",
    "Called, nobody there. Trying again after lunch.",
    "Log attached in the ticket of the supplier.",
    "Not reproducible here; asked for the time of the next occurrence.",
    "Restart helped for two hours only.",
    "Vermutlich nach der letzten Änderung; mit dem Team abgestimmt.",
    "Handed over to the evening shift.",
    "Checked with the customer's own IT: no change on their side.",
];

/// What follows from a target that was missed.
pub(crate) const LATE: &str =
    "Looked at why it took so long: the handover. Taken up in the meeting of the team on Thursday.";

/// Why something was not restored after all.
pub(crate) const REOPENED: [&str; 4] = [
    "It happens again since this morning",
    "Funktioniert immer noch nicht",
    "Continua sem funcionar depois de reiniciar",
    "La panne est revenue après une heure",
];
