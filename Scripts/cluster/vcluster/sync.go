package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"net/http"
	"reflect"
	"sort"
	"time"
)

// object is any object of Kubernetes.
type object map[string]interface{}

func (found object) part(name string) object {
	switch part := found[name].(type) {
	case map[string]interface{}:
		return part
	case object:
		return part
	}
	return object{}
}

func (found object) text(name string) string {
	text, _ := found[name].(string)
	return text
}

func (found object) name() string      { return found.part("metadata").text("name") }
func (found object) namespace() string { return found.part("metadata").text("namespace") }

// objects of one resource, those of the virtual cluster by their names on the host.
type objects map[string]object

func (cluster *cluster) list(path string, name func(object) string) (objects, error) {
	var list struct {
		Items []object `json:"items"`
	}
	if err := cluster.request("GET", path, "", nil, &list); err != nil {
		return nil, err
	}
	found := objects{}
	for _, item := range list.Items {
		found[name(item)] = item
	}
	return found, nil
}

// syncForever does what vCluster's syncer does, as far as a pod needs it that calls a Service of its own cluster.
func (plane *controlPlane) syncForever() {
	inside, err := plane.inside()
	if err != nil {
		log.Printf("nothing is synced: %v", err)
		return
	}
	told := ""
	for ; ; time.Sleep(time.Second) {
		text := ""
		if err := plane.sync(inside); err != nil {
			text = err.Error()
		}
		if text != told {
			log.Printf("syncing: %q", text)
		}
		told = text
	}
}

// inside is our own API server, as its administrator sees it.
func (plane *controlPlane) inside() (*cluster, error) {
	certificate, err := tls.X509KeyPair(plane.client.certificate, plane.client.key)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(plane.authority.certificate)
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{certificate}},
	}
	return &cluster{url: localServer, client: &http.Client{Transport: transport, Timeout: 10 * time.Second}}, nil
}

// sync makes the host as the virtual cluster wants it, and tells the virtual cluster's pods what became of them.
//
// A pod is told of Services once, when its copy is made: pods are listed first, so that every Service that was there
// before one of them has its copy by then.
func (plane *controlPlane) sync(inside *cluster) error {
	pods, err := inside.list("/api/v1/pods", plane.hostName)
	if err != nil {
		return err
	}
	for _, resource := range []string{"services", "endpoints"} {
		all, err := inside.list("/api/v1/"+resource, plane.hostName)
		if err != nil {
			return err
		}
		if _, err := plane.copyAll(resource, all, nil); err != nil {
			return err
		}
	}
	services, err := plane.copies("services")
	if err != nil {
		return err
	}
	there, err := plane.copyAll("pods", pods, services)
	if err != nil {
		return err
	}
	return tell(inside, pods, there)
}

// copies are the objects that stand on the host for those of the virtual cluster.
func (plane *controlPlane) copies(resource string) (objects, error) {
	selector := "?labelSelector=" + managedBy + "%3D" + plane.settings.name
	return plane.host.list(plane.host.path(plane.host.namespace, resource, "")+selector, object.name)
}

// copyAll makes the copies of one resource as they shall be, and returns those that it found.
func (plane *controlPlane) copyAll(resource string, all, services objects) (objects, error) {
	there, err := plane.copies(resource)
	if err != nil {
		return nil, err
	}
	wanted := objects{}
	for name, found := range all {
		if copied := plane.copyOf(resource, found, services); copied != nil {
			wanted[name] = copied
		}
	}
	return there, plane.apply(resource, wanted, there)
}

const managedBy = "vcluster.loft.sh/managed-by"

// hostName is how vCluster names an object on the host.
func (plane *controlPlane) hostName(found object) string {
	return found.name() + "-x-" + found.namespace() + "-x-" + plane.settings.name
}

// copyOf is what stands for an object on the host; nil where nothing does.
func (plane *controlPlane) copyOf(resource string, found object, services objects) object {
	if found.namespace() == "kube-system" || found.namespace() == "default" && found.name() == "kubernetes" {
		return nil
	}
	copied := object{"apiVersion": "v1", "metadata": object{
		"name": plane.hostName(found), "namespace": plane.host.namespace,
		"labels":          object{managedBy: plane.settings.name, "vcluster.loft.sh/namespace": found.namespace()},
		"ownerReferences": ownedBy(plane.service),
	}}
	switch resource {
	case "services":
		spec := found.part("spec")
		if len(spec.part("selector")) > 0 || spec.text("type") != "ClusterIP" {
			return nil
		}
		copied["spec"] = object{"type": "ClusterIP", "ports": spec["ports"]}
	case "endpoints":
		if found["subsets"] == nil {
			return nil
		}
		copied["subsets"] = found["subsets"]
	default:
		copied["spec"] = podSpec(found, plane.hostAliases(found.namespace(), services))
	}
	return copied
}

// podSpec is a pod's own, without what only its own cluster could give it.
func podSpec(pod object, aliases []object) object {
	spec := object{
		"automountServiceAccountToken": false, "enableServiceLinks": false, "hostAliases": aliases,
		"restartPolicy": pod.part("spec")["restartPolicy"],
	}
	var containers []object
	for _, found := range pod.part("spec")["containers"].([]interface{}) {
		container := object(found.(map[string]interface{}))
		copied := object{}
		for _, field := range []string{"name", "image", "imagePullPolicy", "command", "args", "env", "resources"} {
			if container[field] != nil {
				copied[field] = container[field]
			}
		}
		containers = append(containers, copied)
	}
	spec["containers"] = containers
	return spec
}

// hostAliases stand for the virtual cluster's DNS: a Service's names lead to its copy's address.
func (plane *controlPlane) hostAliases(namespace string, services objects) []object {
	var aliases []object
	for _, service := range services {
		from := service.part("metadata").part("labels").text("vcluster.loft.sh/namespace")
		end := "-x-" + from + "-x-" + plane.settings.name
		short := service.name()[:len(service.name())-len(end)]
		names := []string{short + "." + from, short + "." + from + ".svc", short + "." + from + ".svc.cluster.local"}
		if from == namespace {
			names = append(names, short)
		}
		aliases = append(aliases, object{"ip": service.part("spec").text("clusterIP"), "hostnames": names})
	}
	sort.Slice(aliases, func(a, b int) bool { return aliases[a].text("ip") < aliases[b].text("ip") })
	return aliases
}

// apply creates what is missing, changes addresses that changed, and deletes what is wanted no more.
func (plane *controlPlane) apply(resource string, wanted, there objects) error {
	for name, copied := range wanted {
		found, err := there[name], error(nil)
		switch {
		case found == nil:
			path := plane.host.path(plane.host.namespace, resource, "")
			err = plane.host.request("POST", path, "application/json", copied, nil)
		case resource == "endpoints" && !reflect.DeepEqual(found["subsets"], copied["subsets"]):
			path := plane.host.path(plane.host.namespace, resource, name)
			err = plane.host.request("PATCH", path, "application/merge-patch+json", copied, nil)
		}
		if err != nil && !isConflict(err) {
			return fmt.Errorf("%s %s: %w", resource, name, err)
		}
	}
	for name := range there {
		if wanted[name] == nil {
			path := plane.host.path(plane.host.namespace, resource, name)
			if err := plane.host.request("DELETE", path, "", nil, nil); err != nil && !isNotFound(err) {
				return fmt.Errorf("%s %s: %w", resource, name, err)
			}
		}
	}
	return nil
}

// tell writes the status of a pod's copy to the pod.
func tell(inside *cluster, pods, copies objects) error {
	for name, pod := range pods {
		found := copies[name]
		if found == nil || found.part("status").text("phase") == pod.part("status").text("phase") {
			continue
		}
		path := inside.path(pod.namespace(), "pods", pod.name()) + "/status"
		status := object{"status": found["status"]}
		if err := inside.request("PATCH", path, "application/merge-patch+json", status, nil); err != nil {
			return fmt.Errorf("status of pod %s: %w", pod.name(), err)
		}
	}
	return nil
}
