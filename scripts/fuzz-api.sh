#!/usr/bin/env bash
# fuzz-api.sh [REQUESTS]: thousands of random requests, made by schemathesis from the description of the REST interface,
# against a server with some data: as a service manager and as a contact of a customer. Fails when the server fails,
# answers with a status that is not described, or with a body that does not fit its schema.
set -euo pipefail
cd "$(dirname "$0")/.."

requests=${1:-5000}
target=${CARGO_TARGET_DIR:-target}
venv=$target/schemathesis
listen=127.0.0.1:${PORT:-18080}
mainstay=$target/debug/mainstay

cargo build --quiet --package mainstay
if [ ! -x "$venv/bin/schemathesis" ]; then
	python3 -m venv "$venv"
	"$venv/bin/pip" install --quiet 'schemathesis==4.32.5'
fi

MAINSTAY_DATA=$(mktemp -d)
export MAINSTAY_DATA
server=
clean() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	rm -rf "$MAINSTAY_DATA"
}
trap clean EXIT

"$mainstay" demo --small --no-rate-limits --listen "$listen" --json >"$MAINSTAY_DATA/serve.log" 2>"$MAINSTAY_DATA/serve.err" &
server=$!
for _ in $(seq 600); do
	curl --silent --fail --output /dev/null "http://$listen/readyz" && break
	kill -0 "$server" || { cat "$MAINSTAY_DATA/serve.err"; exit 1; }
	sleep 0.5
done

# The address of the guest with this part in the story.
guest() { sed -n 's/^{"links":.*{"email":"\([^"]*\)",[^}]*"part":"'"$1"'".*/\1/p' "$MAINSTAY_DATA/serve.log"; }
token() { "$mainstay" token create --user "$1" --json | sed 's/.*"token":"\([^"]*\)".*/\1/'; }
manager=$(token "$(guest 'service manager')")
contact=$(token "$(guest 'customer')")
"$mainstay" journal checkpoint --json >/dev/null
# Both are let in: a wrong token would be refused everywhere, and nothing would be tried.
for who in "$manager" "$contact"; do
	curl --silent --show-error --fail --output /dev/null --header "Authorization: Bearer $who" "http://$listen/api/v1/me"
done

# The description with refs that exist: random ones would mostly meet nothing.
operations=$(API="http://$listen/api/v1" TOKEN=$manager python3 - "$MAINSTAY_DATA/openapi.json" <<'PYTHON'
import json, os, sys, urllib.request

def get(path):
    request = urllib.request.Request(os.environ["API"] + path, headers={"Authorization": "Bearer " + os.environ["TOKEN"]})
    return json.load(urllib.request.urlopen(request))

document = get("/openapi.json")
plurals = [kind["plural"] for kind in get("/kinds")["items"]]
refs = {plural: [item["ref"] for item in get(f"/{plural}?limit=20")["items"]] for plural in plurals}
for path, item in document["paths"].items():
    for operation in item.values():
        for parameter in operation["parameters"]:
            if parameter["in"] == "path" and parameter["name"] == "kind" and "{ref}" in path:
                parameter["schema"] = {"enum": ["incidents"]}
            if parameter["in"] == "path" and parameter["name"] == "ref":
                known = refs["incidents"] if "{kind}" in path else refs[path.split("/")[3]]
                parameter["schema"] = {"enum": known + ["XYZ-000001", "%00", "INC-000001'"]}
json.dump(document, open(sys.argv[1], "w"))
print(sum(len(item) for item in document["paths"].values()))
PYTHON
)
# Half of the requests for each of the two, spread over all operations.
examples=$((requests / 2 / operations + 1))
status=0
for who in "$manager" "$contact"; do
	"$venv/bin/schemathesis" run "$MAINSTAY_DATA/openapi.json" --url "http://$listen" \
		--header "Authorization: Bearer $who" --max-examples "$examples" --phases fuzzing --mode all --generation-database none \
		--checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
		--seed 1 --workers 2 --continue-on-failure --request-timeout 20 --warnings off --no-color || status=1
done
exit $status
