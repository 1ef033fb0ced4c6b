package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

// cluster is an API server: the host cluster's, as the pod's ServiceAccount sees it, or our own.
type cluster struct {
	// namespace is the one that a name without one is in.
	namespace string
	url       string
	client    *http.Client
	// tokenFile is read for each request, since the kubelet renews it; empty where a certificate says who we are.
	tokenFile string
}

type metadata struct {
	Name            string            `json:"name,omitempty"`
	Namespace       string            `json:"namespace,omitempty"`
	UID             string            `json:"uid,omitempty"`
	Labels          map[string]string `json:"labels,omitempty"`
	OwnerReferences []owner           `json:"ownerReferences,omitempty"`
}

type owner struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
	Controller bool   `json:"controller"`
}

type secret struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   metadata          `json:"metadata"`
	Type       string            `json:"type"`
	Data       map[string][]byte `json:"data"`
}

type service struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		ClusterIP string `json:"clusterIP"`
		Type      string `json:"type"`
	} `json:"spec"`
	Status struct {
		LoadBalancer struct {
			Ingress []struct {
				IP       string `json:"ip"`
				Hostname string `json:"hostname"`
			} `json:"ingress"`
		} `json:"loadBalancer"`
	} `json:"status"`
}

func newHost() (*cluster, error) {
	authority, err := os.ReadFile(filepath.Join(accountFolder, "ca.crt"))
	if err != nil {
		return nil, fmt.Errorf("the pod has no ServiceAccount's token: %w", err)
	}
	namespace, err := os.ReadFile(filepath.Join(accountFolder, "namespace"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	return &cluster{
		namespace: string(namespace),
		url: "https://" + net.JoinHostPort(
			os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")),
		client:    &http.Client{Transport: transport, Timeout: 10 * time.Second},
		tokenFile: filepath.Join(accountFolder, "token"),
	}, nil
}

// refusal is an answer that is not a success.
type refusal struct {
	status  int
	message string
}

func (refusal refusal) Error() string { return fmt.Sprintf("%d %s", refusal.status, refusal.message) }

func isNotFound(err error) bool {
	refused, ok := err.(refusal)
	return ok && refused.status == http.StatusNotFound
}

func isConflict(err error) bool {
	refused, ok := err.(refusal)
	return ok && refused.status == http.StatusConflict
}

// request sends a body, if there is one, and reads the answer into answer, if that is not nil.
func (cluster *cluster) request(method, path, contentType string, body, answer interface{}) error {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, cluster.url+path, content)
	if err != nil {
		return err
	}
	if cluster.tokenFile != "" {
		token, err := os.ReadFile(cluster.tokenFile)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	request.Header.Set("Content-Type", contentType)
	response, err := cluster.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 4<<20))
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		var status struct {
			Message string `json:"message"`
		}
		_ = json.Unmarshal(text, &status)
		return refusal{response.StatusCode, status.Message}
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}

func (cluster *cluster) path(namespace, resource, name string) string {
	path := "/api/v1/namespaces/" + namespace + "/" + resource
	if name != "" {
		path += "/" + name
	}
	return path
}

func (cluster *cluster) service(name string) (*service, error) {
	found := &service{}
	return found, cluster.request("GET", cluster.path(cluster.namespace, "services", name), "", nil, found)
}

func (cluster *cluster) secret(namespace, name string) (*secret, error) {
	found := &secret{}
	return found, cluster.request("GET", cluster.path(namespace, "secrets", name), "", nil, found)
}

func (cluster *cluster) create(wanted *secret) error {
	path := cluster.path(wanted.Metadata.Namespace, "secrets", "")
	return cluster.request("POST", path, "application/json", wanted, nil)
}

// write creates a Secret, or patches the one there is; one that is as wanted is left alone.
func (cluster *cluster) write(wanted *secret) (changed bool, err error) {
	found, err := cluster.secret(wanted.Metadata.Namespace, wanted.Metadata.Name)
	if isNotFound(err) {
		return true, cluster.create(wanted)
	}
	if err != nil {
		return false, err
	}
	if found.holds(wanted) {
		return false, nil
	}
	path := cluster.path(wanted.Metadata.Namespace, "secrets", wanted.Metadata.Name)
	return true, cluster.request("PATCH", path, "application/merge-patch+json", wanted, nil)
}

func (found *secret) holds(wanted *secret) bool {
	for key, value := range wanted.Data {
		if there, ok := found.Data[key]; !ok || !bytes.Equal(there, value) {
			return false
		}
	}
	for key, value := range wanted.Metadata.Labels {
		if found.Metadata.Labels[key] != value {
			return false
		}
	}
	return len(wanted.Metadata.OwnerReferences) == 0 ||
		len(found.Metadata.OwnerReferences) == 1 &&
			found.Metadata.OwnerReferences[0] == wanted.Metadata.OwnerReferences[0]
}
