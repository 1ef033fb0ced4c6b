"""Every command, in the order in which each finds what it needs, by the file that keeps what it says.

A command is a line, or a line and how it is run: `stdin`, `variables`, the `width` of the terminal, and how many lines
are of interest (`first`). {model}, {charts} and {nobody} are the addresses of a model server, of a repository, and of
one that refuses all.
"""

MANIFEST = """apiVersion: envfactory.dev/v1alpha1
kind: Environment
metadata: {name: b}
spec: {environmentClassName: sandbox, ttl: 4h}
"""
MODEL = "--model gemma --host 10.9.9.9:8080"

COMMANDS = {
    "program": [
        "help", "help inference", "help create", "list --help", "version", "--version", "", "lst", "nothing",
        "help nothing", "list --output xml", "list --output", "list more", "inference", "class lst", "completion",
        ("completion bash", {"first": 5}), ("completion zsh", {"first": 5}), ("completion fish", {"first": 5}),
        ("version", {"variables": {"KUBECONFIG": "nothing.yaml"}}),
        ("list", {"variables": {"KUBECONFIG": "nothing.yaml"}}),
        ("list", {"variables": {"KUBECONFIG": "class.yaml"}}),
    ],
    "environments": [
        "list", "list -A", "list -o name", "list -n nothing", ("list -A -o json", {"first": 8}),
        "create", "create a", "create a --class nothing", "create a --class sandbox --ttl soon",
        "create A_B --class sandbox", "create a --class sandbox --ttl 999h --dry-run",
        "create a --class preview --param size=3 --param kubernetesVersion=9", "create -f nothing.yaml",
        "create -f class.yaml",
        ("create -f -", {"stdin": b""}), ("create -f -", {"stdin": b"a: ["}),
        "create a --class sandbox --ttl 24h --wait", "create a --class sandbox",
        ("create -f -", {"stdin": MANIFEST.encode()}), "create c --class sandbox --wait -q",
        ("create narrow --class sandbox --wait", {"width": 40}),
        "list", "list -q -o name", "get a", "get a -o name", "get a -o yaml", ("get a -o json", {"first": 6}),
        "get nothing", "describe a", "describe pr-43", "describe nothing", "events a", "events a --types Warning",
        "events a --types Wrong", "wait a", "wait a --for condition=Drifted=False", "wait a --for gone --timeout 1s",
        "wait a --for condition=Drifted --timeout 1s", "wait a --for nothing", "wait nothing",
        "extend a --ttl 48h", "extend a --ttl 999h", "extend a", "logs pr-43", "logs pr-43 --container nothing",
        "logs a", "diff", "diff a", "diff nothing", "diff -f class.yaml", "diff --class sandbox",
        "connect a -- sh -c 'echo $KUBECONFIG; exit 7'", "connect a -- no-such-program", "connect nothing -- true",
        ("connect a", {"variables": {"SHELL": "/bin/true"}}),
        "connect pr-43 -- sh -c 'unset ENVFACTORY_KUBECONFIG; envfactory version'",
        "delete nothing", "delete nothing --ignore-not-found", "delete b", "delete c -o name", "delete narrow -q",
        "delete a --wait", "wait b --for gone", "wait c --for gone -q", "wait narrow --for gone -q", "get a",
    ],
    "kubeconfigs": [
        "create k --class sandbox --wait -q", "kubeconfig k", "kubeconfig k --use", "kubeconfig k --merge --print",
        "kubeconfig k --merge --into kube.config", "kubeconfig k --merge --use --into kube.config",
        "kubeconfig k --unmerge --into kube.config", "kubeconfig k --unmerge --into kube.config",
        "kubeconfig k --unmerge --into nothing.config", "kubeconfig k --merge --into class.yaml",
        "kubeconfig nothing", "delete k --wait -q",
        "token", ("token", {"variables": {"ENVFACTORY_ID_TOKEN": "of.a.run"}}),
    ],
    "classes": [
        "class list", ("class list", {"width": 72}), "class list -o name", "class get preview",
        "class get sandbox", ("class get agents -o yaml", {"first": 8}), "class get nothing",
    ],
    "inference": [
        "inference list", "inference create", "inference create gemma --model gemma",
        "inference create gemma --model gemma --host 127.0.0.1:8080", f"inference create gemma {MODEL} --dry-run",
        f"inference create gemma {MODEL}", f"inference create gemma {MODEL}",
        "inference wait gemma --for condition=ServiceReady -q",
        "inference wait gemma --timeout 1s", "inference list", "inference get gemma", "inference get nothing",
        "inference logs gemma", "inference chat gemma why is the sky blue --url {model}",
        ("inference chat gemma - --url {model}", {"stdin": b"why?\n"}),
        ("inference chat gemma - --url {model}", {"stdin": b"\n"}),
        "inference chat gemma why --url {nobody}", "inference delete nothing",
        "inference delete nothing gemma", "inference delete gemma --wait", "inference list",
    ],
    "checkouts": [
        "up", "up --pull-request 7", "up --pull-request 7 --class sandbox", "up --pull-request 7 --class sandbox -q",
        "up --pull-request 7 --class agents", "up --pull-request 7 --dotenv pipeline.env -q", "list",
        ("up", {"variables": {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/payments",
                              "GITHUB_EVENT_PATH": "fork.json"}}),
        "down --pull-request 7", "down --pull-request 7",
    ],
    "charts": [
        "chart show web", "chart show web --part values", "chart show web --part readme", "chart show nothing",
        "chart render web", "chart render web --set colour=green", "chart render web --set colour=7",
        "chart render web --set broken=true", "chart pull web", "chart pull web --repo {charts} -d pulled",
        "chart pull web --repo {charts} -d pulled --untar", "chart pull web --repo {charts} -d pulled --untar",
        "chart pull nothing --repo {charts}", "chart pull web --repo {charts} --version 9",
        "chart show web --repo {charts} --part metadata", "chart pull web --repo {nobody}",
    ],
    "releases": [
        "release list", "release list -o json", "release list -n nothing", "release history pr-43",
        "release status pr-43", "release status pr-43 --revision 7", "release status nothing",
    ],
    "operator": [
        "pause", "pause", "list", "create paused --class sandbox --dry-run", "unpause", "unpause",
        ("install --print", {"first": 4}), "install --without-operator", "uninstall",
        ("doctor", {"variables": {"https_proxy": "{nobody}", "no_proxy": "127.0.0.1"}}),
        "simulate --scenario create --seeds 1", "simulate --scenario nothing",
    ],
}
# What is run elsewhere: until it is interrupted, and by test-demo.
ELSEWHERE = {"operator", "demo"}
