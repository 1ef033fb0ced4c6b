package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

const (
	certificates = "/pki"
	dataFolder   = "/data/etcd"
	ownEtcd      = "http://127.0.0.1:2379"
)

// controlPlane is etcd, the API server and the controllers without which no namespace ends.
type controlPlane struct {
	settings  *settings
	host      *cluster
	processes *processes
	service   *service
	authority *pair
	client    *pair
	// kept is what outlives the pod.
	kept map[string][]byte
}

// prepare makes every certificate.
func (plane *controlPlane) prepare() error {
	service, err := plane.host.service(plane.settings.name)
	if err != nil {
		return fmt.Errorf("Service %s: %w", plane.settings.name, err)
	}
	plane.service = service
	if err := plane.readKept(); err != nil {
		return fmt.Errorf("Secret %s: %w", plane.keptName(), err)
	}
	serving, err := plane.authority.issueServing(plane.hosts())
	if err != nil {
		return err
	}
	return plane.writeFiles(serving)
}

// hosts are the names and addresses at which the API server is trusted: not <name>.<namespace>.svc, as with vCluster.
func (plane *controlPlane) hosts() []string {
	name, service := plane.settings.name, plane.service
	hosts := []string{
		name, name + "." + plane.host.namespace, "localhost", "kubernetes", "kubernetes.default",
		"kubernetes.default.svc", "127.0.0.1", service.Spec.ClusterIP, plane.settings.podIP,
	}
	hosts = append(hosts, plane.settings.Hosts...)
	if service.Spec.Type == "NodePort" {
		hosts = append(hosts, plane.settings.nodeIP)
	}
	for _, ingress := range service.Status.LoadBalancer.Ingress {
		hosts = append(hosts, ingress.IP, ingress.Hostname)
	}
	var known []string
	for _, host := range hosts {
		if host != "" {
			known = append(known, host)
		}
	}
	return known
}

func (plane *controlPlane) keptName() string { return plane.settings.name + "-certs" }

// readKept takes what outlives the pod from its Secret, or makes it.
func (plane *controlPlane) readKept() error {
	found, err := plane.host.secret(plane.host.namespace, plane.keptName())
	if isNotFound(err) {
		found, err = plane.makeKept()
		if isConflict(err) { // another replica was first
			found, err = plane.host.secret(plane.host.namespace, plane.keptName())
		}
	}
	if err != nil {
		return err
	}
	plane.kept = found.Data
	plane.authority = &pair{found.Data["ca.crt"], found.Data["ca.key"]}
	plane.client = &pair{found.Data["admin.crt"], found.Data["admin.key"]}
	return nil
}

func (plane *controlPlane) makeKept() (*secret, error) {
	authority, err := newAuthority()
	if err != nil {
		return nil, err
	}
	client, err := authority.issueAdministrator()
	if err != nil {
		return nil, err
	}
	key, signing, err := newKey()
	if err != nil {
		return nil, err
	}
	public, err := publicKey(key)
	if err != nil {
		return nil, err
	}
	made := newSecret(plane.owned(plane.keptName()), map[string][]byte{
		"ca.crt": authority.certificate, "ca.key": authority.key,
		"admin.crt": client.certificate, "admin.key": client.key, "sa.key": signing, "sa.pub": public,
	})
	return made, plane.host.create(made)
}

func (plane *controlPlane) owned(name string) metadata {
	return metadata{
		Name: name, Namespace: plane.host.namespace, Labels: labels(plane.settings.name),
		OwnerReferences: ownedBy(plane.service),
	}
}

func (plane *controlPlane) writeFiles(serving *pair) error {
	local := exported{Server: "https://127.0.0.1:8443"}
	for name, content := range map[string][]byte{
		"ca.crt": plane.authority.certificate, "sa.key": plane.kept["sa.key"], "sa.pub": plane.kept["sa.pub"],
		"apiserver.crt": serving.certificate, "apiserver.key": serving.key,
		"admin.conf": kubeconfig(local, plane.authority.certificate, plane.client),
	} {
		if err := os.WriteFile(filepath.Join(certificates, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// start starts everything, each when what it needs answers, and at last writes the kubeconfig for each client.
func (plane *controlPlane) start(clients <-chan *pair) {
	etcd := plane.settings.Etcd
	if etcd == "" {
		etcd = ownEtcd
		plane.startEtcd()
	}
	await(http.DefaultClient, etcd+"/health")
	plane.startServer(etcd)
	await(plane.trusting(), localServer+"/readyz")
	plane.startControllers()
	go plane.syncForever()
	log.Printf("the API server answers; the kubeconfig comes in %s", plane.settings.secretDelay)
	time.Sleep(plane.settings.secretDelay)
	plane.writeKubeconfigs(clients)
}

func (plane *controlPlane) startEtcd() {
	plane.processes.start("etcd", "--data-dir="+dataFolder, "--unsafe-no-fsync", "--logger=zap", "--log-level=warn",
		"--listen-client-urls="+ownEtcd, "--advertise-client-urls="+ownEtcd,
		"--listen-peer-urls=http://127.0.0.1:2380", "--initial-advertise-peer-urls=http://127.0.0.1:2380",
		"--initial-cluster=default=http://127.0.0.1:2380")
}

func (plane *controlPlane) startServer(etcd string) {
	issuer := "https://kubernetes.default.svc.cluster.local"
	plane.processes.start("kube-apiserver", "--etcd-servers="+etcd, "--bind-address=0.0.0.0",
		"--secure-port=8443", "--advertise-address="+plane.settings.podIP, "--authorization-mode=RBAC",
		"--service-cluster-ip-range=10.43.0.0/16", "--allow-privileged=true",
		"--client-ca-file="+certificates+"/ca.crt",
		"--tls-cert-file="+certificates+"/apiserver.crt", "--tls-private-key-file="+certificates+"/apiserver.key",
		"--service-account-issuer="+issuer, "--api-audiences="+issuer,
		"--service-account-key-file="+certificates+"/sa.pub",
		"--service-account-signing-key-file="+certificates+"/sa.key",
		// All of it to a file, what matters to the pod's log.
		"--logtostderr=false", "--stderrthreshold=ERROR", "--log-file=/tmp/kube-apiserver.log")
}

func (plane *controlPlane) startControllers() {
	plane.processes.start("kube-controller-manager", "--kubeconfig="+certificates+"/admin.conf",
		// It serves nothing: to do so it would look up who may ask.
		"--port=0", "--secure-port=0", "--root-ca-file="+certificates+"/ca.crt",
		"--service-account-private-key-file="+certificates+"/sa.key",
		fmt.Sprintf("--leader-elect=%t", plane.settings.Replicas > 1),
		"--controllers=namespace,serviceaccount,serviceaccount-token,garbagecollector,root-ca-cert-publisher",
		"--logtostderr=false", "--stderrthreshold=ERROR", "--log-file=/tmp/kube-controller-manager.log")
}

// trusting is a client that trusts the API server's authority, and shows no certificate.
func (plane *controlPlane) trusting() *http.Client {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(plane.authority.certificate)
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

// await asks until it is answered well.
func await(client *http.Client, url string) {
	client = &http.Client{Transport: client.Transport, Timeout: 5 * time.Second}
	for {
		if response, err := client.Get(url); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// writeKubeconfigs writes the kubeconfig's Secrets once for each client, again and again until all are written, and then
// never again: one that somebody deletes stays away.
func (plane *controlPlane) writeKubeconfigs(clients <-chan *pair) {
	for client := range clients {
		for err := plane.writeSecrets(client); err != nil; err = plane.writeSecrets(client) {
			log.Printf("cannot write the kubeconfig, next try in %s: %v", plane.settings.retry, err)
			time.Sleep(plane.settings.retry)
		}
	}
}

func (plane *controlPlane) writeSecrets(client *pair) error {
	main := plane.settings.ExportKubeConfig.exported
	main.Name = ""
	for _, export := range append([]exported{main}, plane.settings.ExportKubeConfig.AdditionalSecrets...) {
		if export.Name == "" {
			export.Name = "vc-" + plane.settings.name
		}
		if export.Namespace == "" {
			export.Namespace = plane.host.namespace
		}
		wanted := kubeconfigSecret(plane.settings.name, export, plane.authority.certificate, client)
		if export.Namespace == plane.host.namespace {
			wanted.Metadata.OwnerReferences = ownedBy(plane.service)
		}
		changed, err := plane.host.write(wanted)
		if err != nil {
			return fmt.Errorf("Secret %s/%s: %w", export.Namespace, export.Name, err)
		}
		log.Printf("Secret %s/%s is written (changed: %t)", export.Namespace, export.Name, changed)
	}
	return nil
}

// renewClient makes a new client certificate; the old one stays good, since its authority is the same.
func (plane *controlPlane) renewClient() error {
	client, err := plane.authority.issueAdministrator()
	if err != nil {
		return err
	}
	kept := newSecret(plane.owned(plane.keptName()), map[string][]byte{
		"admin.crt": client.certificate, "admin.key": client.key,
	})
	if _, err := plane.host.write(kept); err != nil {
		return fmt.Errorf("Secret %s: %w", plane.keptName(), err)
	}
	plane.client = client
	log.Printf("the client certificate is new")
	return nil
}
