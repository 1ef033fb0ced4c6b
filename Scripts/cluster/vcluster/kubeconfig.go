package main

import (
	"encoding/base64"
	"strings"
)

const localServer = "https://localhost:8443"

// kubeconfig writes an administrator's kubeconfig as YAML.
func kubeconfig(export exported, authority []byte, client *pair) []byte {
	cluster, user, context := "kubernetes", "kubernetes-super-admin", "kubernetes-super-admin@kubernetes"
	if export.Context != "" {
		cluster, user, context = export.Context, export.Context, export.Context
	}
	server := export.Server
	if server == "" {
		server = localServer
	}
	trust := "    certificate-authority-data: " + base64.StdEncoding.EncodeToString(authority)
	if export.Insecure {
		trust = "    insecure-skip-tls-verify: true"
	}
	lines := []string{
		"apiVersion: v1",
		"kind: Config",
		"clusters:",
		"- cluster:",
		trust,
		"    server: " + server,
		"  name: " + cluster,
		"contexts:",
		"- context:",
		"    cluster: " + cluster,
		"    user: " + user,
		"  name: " + context,
		"current-context: " + context,
		"preferences: {}",
		"users:",
		"- name: " + user,
		"  user:",
		"    client-certificate-data: " + base64.StdEncoding.EncodeToString(client.certificate),
		"    client-key-data: " + base64.StdEncoding.EncodeToString(client.key),
		"",
	}
	return []byte(strings.Join(lines, "\n"))
}

// kubeconfigSecret is the Secret that users of the virtual cluster read.
func kubeconfigSecret(name string, export exported, authority []byte, client *pair) *secret {
	data := map[string][]byte{
		"config":                kubeconfig(export, authority, client),
		"certificate-authority": authority,
		"client-certificate":    client.certificate,
		"client-key":            client.key,
		"token":                 {},
	}
	if export.Insecure {
		data["certificate-authority"] = []byte{}
	}
	return newSecret(metadata{Name: export.Name, Namespace: export.Namespace, Labels: labels(name)}, data)
}

func newSecret(metadata metadata, data map[string][]byte) *secret {
	return &secret{APIVersion: "v1", Kind: "Secret", Metadata: metadata, Type: "Opaque", Data: data}
}

func labels(name string) map[string]string {
	return map[string]string{"app": "vcluster", "vcluster-name": name}
}

func ownedBy(service *service) []owner {
	return []owner{{APIVersion: "v1", Kind: "Service", Name: service.Metadata.Name, UID: service.Metadata.UID}}
}
