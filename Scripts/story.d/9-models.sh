# Models answer under one name: from beside the cluster, and on its GPUs
# shellcheck shell=bash disable=SC2154

# A model server on the machine itself, as one with a GPU of its own would be.
image=$(Scripts/host-cluster llama-server)
# shellcheck disable=SC1091
bridge=$(. "$cluster/env" && echo "$BRIDGE_ADDRESS")
offer_models "$work/models" "$bridge"
beside_port=18099
"$(Scripts/llama/server)" --host "$bridge" --port "$beside_port" --model "$work/models/tiny.gguf" --alias tiny \
    --ctx-size 2048 --parallel 1 --threads 1 >"$work/beside.log" 2>&1 &
beside_pid=$!

inf() { "${alice[@]}" get inf "$1" -o "jsonpath=$2"; }
inf_says() { inf "$1" "$2" | grep -qE -- "$3"; }
inf_reason() { inf_says "$1" '{.status.conditions[?(@.type=="Ready")].reason}' "^$2\$"; }
inf_condition() { inf_says "$1" "{.status.conditions[?(@.type==\"$2\")].reason}" "^$3\$"; }
inf_host() { inf "$1" '{.status.namespace.name}'; }
# engine_endpoint NAME SHA256 GPUS: an endpoint in the cluster.
engine_endpoint() {
    cat <<END
apiVersion: envfactory.dev/v1alpha1
kind: InferenceEndpoint
metadata: {name: $1, namespace: team-payments}
spec:
  mode: Cluster
  model: {name: tiny, file: tiny.gguf, source: "$models/cut=100000", sha256: $2, contextSize: 2048, parallel: 1}
  engine: {type: LlamaCpp, image: "$image"}
  gpu: {vendor: NVIDIA, count: $3}
  cache: {size: 10Mi}
END
}

cat >"$work/beside.yaml" <<END
apiVersion: envfactory.dev/v1alpha1
kind: InferenceEndpoint
metadata: {name: beside, namespace: team-payments}
spec:
  model: {name: tiny}
  host: {address: "$bridge", port: $beside_port}
END
check "alice applies an endpoint beside the cluster" "${alice[@]}" apply -f "$work/beside.yaml"
eventually "it lists its model" 30 inf_reason beside Ready
check "and says where it is" inf_says beside '{.status.url}' "^http://llm-server.inf-beside-[0-9a-f]{8}.svc:18080/v1$"

# chats KUBECONFIG NAME: the command line asks the model, and prints what it answers.
chats() {
    "$envfactory" inference chat "$2" 'Who are you?' --kubeconfig "$1" -n team-payments --timeout 30s |
        grep -qF -- "$model_reply"
}
check "alice asks it from the command line" chats "$work/alice" beside

# bound_to NAME: what spec.inference of an environment says.
bound_to() { echo "inference: [{endpointRef: {namespace: team-payments, name: $1}, serviceName: llm}]"; }
# An API server of her own takes a while to come up.
virtual_class models "$chart_digest" "" 3Gi false | "${admin[@]}" apply -f - >/dev/null
{ virtual_environment vc-models models && echo "  $(bound_to beside)"; } | "${alice[@]}" apply -f - >/dev/null

cat >"$work/bound.yaml" <<END
apiVersion: envfactory.dev/v1alpha1
kind: Environment
metadata: {name: bound, namespace: team-payments}
spec:
  environmentClassName: review
  access: [{kind: User, name: alice}]
  $(bound_to beside)
END
check "an environment is bound to it" "${alice[@]}" apply -f "$work/bound.yaml"
eventually "and ready" 30 reason bound Ready
"$envfactory" kubeconfig bound --print --kubeconfig "$work/alice" -n team-payments >"$work/bound"
bound=("$cluster/bin/kubectl" --kubeconfig "$work/bound")
"${bound[@]}" run asker --image=envfactory.test/busybox:1 --restart=Never --image-pull-policy=IfNotPresent -- \
    sh -c 'sleep 3600' >/dev/null
listed() { "${bound[@]}" exec asker -- timeout 5 wget -qO- "http://$1/v1/models" | grep -q '"id":"tiny"'; }
eventually "a pod of it reaches the model by the name it chose" 60 listed llm:18080
check "its network is opened for that address alone" sh -c "
    '$cluster/bin/kubectl' --kubeconfig '$cluster/admin.kubeconfig' get networkpolicy envfactory-inference \
        -n '$(host_namespace bound)' -o jsonpath='{.spec.egress}' | grep -qF '$bridge/32'"

# pod_asks POD: makes a pod in the virtual cluster that calls the name until the model is listed.
pod_asks() {
    inside vc-models apply -f - <<END
apiVersion: v1
kind: Pod
metadata: {name: $1, namespace: default}
spec:
  restartPolicy: Never
  containers:
  - name: $1
    image: envfactory.test/busybox:1
    imagePullPolicy: IfNotPresent
    command: [sh, -c, 'until timeout 5 wget -qO- http://llm:18080/v1/models | grep -q tiny; do sleep 1; done']
    resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 100m, memory: 32Mi}}
END
}
# pod_was_answered POD: it has been; else what is known of it.
pod_was_answered() {
    [ "$(inside vc-models get pod "$1" -o 'jsonpath={.status.phase}')" != Succeeded ] || return 0
    "${admin[@]}" get pods -n "$(host_namespace vc-models)" \
        -o 'jsonpath={range .items[*]}{.metadata.name} {.status.phase} {.spec.hostAliases}{"\n"}{end}'
    return 1
}
check "a virtual cluster that is bound becomes ready" \
    "$envfactory" wait vc-models --kubeconfig "$work/alice" -n team-payments --timeout 180s
check "alice makes a pod in it" pod_asks asker-1
eventually "that reaches the model by the same name" 60 pod_was_answered asker-1
eventually "the endpoint counts both" 20 inf_says beside '{.status.boundEnvironments}' '^2$'
kill "$beside_pid"
beside_pid=
eventually "a server that is gone is told" 75 inf_condition beside ModelReady Unreachable

Scripts/host-cluster gpus nvidia.com/gpu 2
for number in 1 2 3 4; do Scripts/host-cluster volume "models-$number" 10Mi 2>/dev/null; done
# Without the optional role, the cluster's scheduler decides; with it there is a queue.
"${admin[@]}" apply -f Manifests/optional/placement.yaml >/dev/null
Scripts/operator stop && Scripts/operator start
for name in first second third; do engine_endpoint "$name" "$model_sha256" 1 | "${alice[@]}" apply -f - >/dev/null; done
eventually "two engines have the two GPUs" 120 sh -c "
    [ \"\$('$cluster/bin/kubectl' --kubeconfig '$work/alice' -n team-payments get inf --no-headers | grep -c ' Ready ')\" = 2 ]"
waiting=$("${alice[@]}" get inf --no-headers | awk '/ WaitingForGPU /{print $1}')
check "the third waits in a queue" inf_says "${waiting:-third}" '{.status.queue.position}' '^1$'
check "and is told who holds them" inf_says "${waiting:-third}" '{.status.queue.waitingFor}' 'team-payments/'
running=$("${alice[@]}" get inf --no-headers | awk '/ Ready /{print $1; exit}')
address=$("${admin[@]}" get service llm-server -n "$(inf_host "$running")" -o 'jsonpath={.spec.clusterIP}')
eventually "an engine answers through its Service" 20 answers "http://$address:18080" "$model_reply"
engine_pods() {
    "${admin[@]}" get pods --all-namespaces -l envfactory.dev/inference-endpoint-uid \
        -o 'jsonpath={range .items[*]}{.metadata.uid}{"\n"}{end}' | sort
}
engines_before=$(engine_pods)
Scripts/operator stop && Scripts/operator start
sleep 15
check "an operator that is started anew leaves engines where they run" \
    test -n "$engines_before" -a "$engines_before" = "$(engine_pods)"
check "who may use services/proxy there asks it from the command line" chats "$cluster/admin.kubeconfig" "$running"
check "and reads what its engine says" sh -c "'$envfactory' inference logs '$running' --tail 20 -n team-payments \
    --kubeconfig '$cluster/admin.kubeconfig' | grep -q ."
check "alice binds the environment to it instead" \
    "${alice[@]}" patch environment bound --type merge -p "spec: {$(bound_to "$running")}"
check "and the virtual cluster" \
    "${alice[@]}" patch environment vc-models --type merge -p "spec: {$(bound_to "$running")}"
eventually "its pod reaches that model by the same name" 60 listed llm:18080
addresses() { "${admin[@]}" get endpoints "$1" -n "$2" -o 'jsonpath={.subsets[*].addresses[*].ip}'; }
leads_to_engine() {
    [ "$(addresses llm-x-default-x-vc-models "$(host_namespace vc-models)")" = "$(addresses llm-server "$(inf_host "$running")")" ]
}
eventually "the name leads to the engine inside the virtual cluster" 60 leads_to_engine
check "alice makes another pod in it" pod_asks asker-2
eventually "that reaches the engine" 60 pod_was_answered asker-2
check "one that has a GPU is deleted" "${alice[@]}" delete inf "$running" --timeout=120s
eventually "and the one that waited has its turn" 150 inf_reason "${waiting:-third}" Ready
eventually "the environment says that its model is gone" 30 \
    says bound '{.status.conditions[?(@.type=="InferenceReady")].reason}' '^EndpointNotFound$'
unnamed() { ! inside vc-models get service llm >/dev/null 2>&1 && inside vc-models get namespace default >/dev/null; }
eventually "in the virtual cluster the name is gone with it" 60 unnamed

engine_endpoint wrong "${model_sha256/[0-9a-f]/x}" 1 | sed 's/sha256: x/sha256: 0/' | "${alice[@]}" apply -f - >/dev/null
engine_endpoint huge "$model_sha256" 9 | "${alice[@]}" apply -f - >/dev/null
eventually "nine GPUs on a node of two are refused with a number" 30 \
    inf_says huge '{.status.conditions[?(@.type=="Placed")].message}' 'ask for 2 or fewer'
for name in first second third; do "${alice[@]}" delete inf "$name" --ignore-not-found --timeout=120s >/dev/null; done
eventually "a digest that is not the model's is told with the right one" 120 \
    inf_says wrong '{.status.conditions[?(@.type=="ModelReady")].message}' "$model_sha256"
check "alice deletes all endpoints" "${alice[@]}" delete inf --all --timeout=150s
check "and the environments" "${alice[@]}" delete environment bound vc-models --timeout=150s
"${admin[@]}" delete envclass models >/dev/null
withdraw_models
Scripts/host-cluster gpus nvidia.com/gpu 0
"${admin[@]}" delete -f Manifests/optional/placement.yaml >/dev/null
