extension DemoStage {
    /// All that the demo prints, with marks in place of what differs, but for ``news``.
    static let story = #"""
        envfactory demo: a simulated host cluster at https://host.example:6443
           It lives in this process: no container runs, and no cluster of yours is touched. The
           operator, the commands and the connections are the real ones. Lines after $ are what you
           would type.
           (Time runs 2 times faster here than on your clock.)

        1. A platform team installs envfactory and says what may be asked for
           $ envfactory install --without-operator --quiet
           The operator starts, with the rights of its own ServiceAccount and no others.
           $ kubectl apply -f examples/00-team.yaml
           namespace/team-payments created
           $ kubectl apply -f examples/10-class-sandbox.yaml -f examples/11-class-agents.yaml -f examples/13-class-preview.yaml
           environmentclass.envfactory.dev/sandbox created
           environmentclass.envfactory.dev/agents created
           environmentclass.envfactory.dev/preview created
           $ kubectl wait --for=condition=Accepted envclass/sandbox envclass/agents envclass/preview
           environmentclass.envfactory.dev/sandbox condition met
           environmentclass.envfactory.dev/agents condition met
           environmentclass.envfactory.dev/preview condition met
           $ envfactory class list
           NAME      ISOLATION        DEFAULT   MAXIMUM   ACCEPTED   AGE   DESCRIPTION
           agents    Namespace <time> <time> Accepted <time> For coding agents and code that nobody has read yet
           preview   VirtualCluster <time> <time> Accepted <time> A virtual cluster of its own
           sandbox   Namespace <time> <time> Accepted <time> A namespace of its own, for trying things

        2. A team asks for environments
           $ kubectl apply -f examples/20-environment-review.yaml
           environment.envfactory.dev/pr-42 created
           $ envfactory create -f examples/21-environment-short.yaml
           environment.envfactory.dev/try-parser
           $ envfactory create pr-43 -n team-payments --class preview --ttl <time> --param kubernetesVersion=1.35
           environment.envfactory.dev/pr-43
           $ envfactory list -n team-payments
           NAME         CLASS     READY   HOST-NAMESPACE            EXPIRES-IN   AGE   MESSAGE
           pr-42        sandbox   Ready   env-pr-42-xxxxxxxx <time> <time>
           pr-43        preview   Ready   env-pr-43-xxxxxxxx <time> <time>
           try-parser   agents    Ready   env-try-parser-xxxxxxxx <time> <time>

        3. One of them is a cluster of its own
           pr-43 is a virtual cluster: a release of vCluster's chart (here of a stand-in for it, which
           is in the program) with an API server of its own. Its kubeconfig, as its users get it:
           $ envfactory kubeconfig pr-43 -n team-payments > pr-43.kubeconfig
           $ kubectl --kubeconfig pr-43.kubeconfig --server https://host.example:6443 --tls-server-name pr-43.env-pr-43-xxxxxxxx get namespaces
           NAME              STATUS   AGE
           app               Active <time>
           default           Active <time>
           kube-node-lease   Active <time>
           kube-public       Active <time>
           kube-system       Active <time>
           The namespace app is there because the class says so; the host has none of that name.

        4. Time runs out
           try-parser asked for ten minutes. Nobody will delete it.
           (Time runs 120 times faster here than on your clock.)
           (Time runs 2 times faster here than on your clock.)
           $ kubectl get namespace env-try-parser-xxxxxxxx
           Error from server (NotFound): namespaces "env-try-parser-xxxxxxxx" not found
           What stays for a while is the record of it, and why it ended.
           $ envfactory list -n team-payments
           NAME         CLASS     READY     HOST-NAMESPACE       EXPIRES-IN   AGE   MESSAGE
           pr-42        sandbox   Ready     env-pr-42-xxxxxxxx <time> <time>
           pr-43        preview   Ready     env-pr-43-xxxxxxxx <time> <time>
           try-parser   agents    Expired   <none>               <none> <time> Nothing is left of the environment on the host.

        5. What does not go is named
           Somebody's controller puts a finalizer of its own on something in pr-42.
           $ kubectl create configmap keep -n env-pr-42-xxxxxxxx
           configmap/keep created
           $ kubectl patch configmap keep -n env-pr-42-xxxxxxxx --type merge -p '{"metadata":{"finalizers":["example.com/hold"]}}'
           configmap/keep patched
           $ envfactory delete pr-42 -n team-payments
           environment.envfactory.dev/pr-42 is being deleted
           A foreign finalizer is never stripped. Its owner takes it off, and pr-42 goes.
           $ kubectl patch configmap keep -n env-pr-42-xxxxxxxx --type merge -p '{"metadata":{"finalizers":null}}'
           configmap/keep patched
           $ kubectl get namespace env-pr-42-xxxxxxxx
           Error from server (NotFound): namespaces "env-pr-42-xxxxxxxx" not found

        The simulated cluster is gone, and nothing of it is left on this machine.

        The same, and it stays for kubectl to play with:
          envfactory demo --keep
        On a real cluster, where KUBECONFIG leads:
          envfactory install --image registry.example/envfactory:v0.1.0    (--print shows it first)
          kubectl apply -f examples/00-team.yaml -f examples/10-class-sandbox.yaml
          envfactory create pr-1 -n team-payments --class sandbox --ttl <time> --wait
        No real one at hand? From Debian's packages:
          make cluster-up operator-up

        """#
}
