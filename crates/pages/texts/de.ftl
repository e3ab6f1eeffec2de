# Die Wörter der Seiten. Anders als im Englischen steht hier auch jeder Name eines Feldes, einer Art, eines Zustands
# und eines Schritts, und jeder Hilfesatz.

skip = Zum Inhalt
nav = Hauptnavigation
nav-desk = Arbeitsplatz
nav-services = Services
nav-changes = Änderungen
nav-knowledge = Wissen
nav-conformity = Konformität
nav-reports = Berichte
nav-more = Mehr
breadcrumbs = Wo Sie sind
search = Suchen
theme = Hell oder dunkel
close = Schließen
cancel = Abbrechen
edit = Bearbeiten
must = muss ausgefüllt sein
serves-clause = Dient Abschnitt { $clause } der ISO/IEC 20000-1:2018.
request-failed = Der Server hat nicht geantwortet. Nichts wurde geändert; versuchen Sie es noch einmal.

sign-in = Anmelden
sign-in-name = Mailadresse
sign-in-password = Passwort
sign-out = Abmelden

as-of-now = Stand: jetzt
as-of-then = Stand: damals
as-of-label = Alles zeigen, wie es war am
as-of-help = Nur zum Lesen; leer lassen für jetzt.
as-of-show = Zeigen
as-of-band = Alles hier zeigt den Stand vom { $instant }. Nichts kann geändert werden.
as-of-now-link = Zurück zu jetzt

keys = Tastatur
key-search = Suchen
key-walk = In einer Liste ab und auf
key-open = Zeile öffnen
key-select = Zeile auswählen
key-comment = Kommentar schreiben
key-move = Weitere Schritte
key-assign = Zuweisen
key-help = Dies zeigen

unit-d = T
unit-h = Std.
unit-m = Min.
unit-s = Sek.
when-day-time = { $day }. { $month }, { $time }
when-date = { $day }. { $month } { $year }
month-1 = Jan.
month-2 = Feb.
month-3 = März
month-4 = Apr.
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = Aug.
month-9 = Sept.
month-10 = Okt.
month-11 = Nov.
month-12 = Dez.

clocks = Uhren
clock-due = fällig in { $time }
clock-breached = seit { $time } verletzt
clock-left = noch { $time }
clock-paused = angehalten, noch { $time }
clock-met = eingehalten: { $time } von { $target }
clock-missed = verfehlt: { $time } von { $target }
clock-target = Ziel { $time }
explain = Erklären

filters = Filter
filters-saved = Gespeicherte Filter
filter-add = Filter
filter-apply = Anwenden
filter-remove = Entfernen
filter-clear = Alle entfernen
list-query = Wörter in dieser Liste
list-total = { $count ->
    [one] { $count } Eintrag
   *[other] { $count } Einträge
  }
list-at-least = mehr als { $count } Einträge
reference = Nr.
select = Auswählen
select-all = Alle auswählen
selected = Ausgewählt
pages = Seiten
page-first = Erste Seite
page-next = Nächste Seite

tabs = Ansichten
fields = Felder
moves = Was getan werden kann
comment = Kommentar schreiben
comment-for = Wer ihn lesen darf
comment-add = Hinzufügen
comment-internal = interne Notiz
comment-from-customer = vom Kunden
older = Ältere
history = Verlauf
history-field = Feld
history-before = Vorher
history-after = Nachher
recorded = erfasst
proof-about = Der Hash jedes Eintrags ist ein Blatt im Baum des Journals. Der Prüfpunkt unterschreibt die Wurzel dieses Baums; kein Eintrag davor kann ungesehen geändert werden.
proof-root = Wurzel
proof-position = Eintrag
proof-at = Erfasst
proof-says = Inhalt
proof-hash = Hash
proof-included = Im Prüfpunkt
proof-download = Nachweis als Datei

form-more = Weitere Felder
form-leave = Was Sie hier eingegeben haben, ist nicht gespeichert. Trotzdem verlassen?
form-conflict = Jemand anders hat den Eintrag geändert, während Sie schrieben. Ihre Eingaben sind erhalten; wählen Sie neu und speichern Sie.
form-typed = Hier eingegeben
form-now = Von anderen gespeichert
suggest-nothing = Nichts passt. Geben Sie einen Teil des Namens oder die Nummer ein.

search-heading = Gefunden zu
search-kinds = Innerhalb von

clause = Abschnitt
designed = Gestaltet
operating = Gelebt
judged = Beurteilt
coverage = Abdeckung
requirement-text = Was verlangt ist
requirement-parts = Anforderungen
requirement-checks = Prüfungen
requirement-exceptions = Einträge, die nicht standhalten
requirement-documents = Dokumente
requirement-no-documents = Kein Dokument sagt, wie dies getan wird.
requirement-judgements = Beurteilungen
requirement-no-judgements = Noch hat dies niemand beurteilt.
check-ran = gelaufen

explain-heading = Wie die Uhren zustande kamen:
explain-nothing = Auf diesem Eintrag läuft keine Uhr
explain-nothing-why = Keine geltende Vereinbarung verspricht eine Zeit für seinen Service und Kunden.
explain-from = Von
explain-to = Bis
explain-doing = Uhr
explain-note = Warum
explain-working = Servicezeit
explain-counted = Gezählt
explain-text = Als Text
strip-working = Servicezeit
strip-running = läuft
strip-paused = angehalten

reports-others = Berichte
report-notes = Wie die Zahlen entstehen

sessions = Sitzungen und Schlüssel
sessions-heading = Sitzungen
sessions-end-others = Alle anderen beenden
session-end = Beenden
tokens-heading = Schlüssel für Programme
tokens-none = Kein Programm meldet sich als Sie an.
token-end = Widerrufen
token-made = Schlüssel { $name }
token-once = Kopieren Sie ihn jetzt. Er wird nur dieses eine Mal gezeigt und nur als Hash gespeichert.
access-began = seit
access-used = zuletzt benutzt
access-ends = endet

error-reference = Kennung für Ihre Administration:
