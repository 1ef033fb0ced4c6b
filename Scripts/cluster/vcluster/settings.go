package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// settings is what the chart passes on from its values, and what the pod knows of itself.
type settings struct {
	name, podIP, nodeIP string
	// secretDelay is the time between the API server's first answer and the kubeconfig.
	secretDelay time.Duration
	// retry is the time after a kubeconfig that could not be written.
	retry time.Duration
	// startDelay is the time before anything is started, as a slow machine has it.
	startDelay time.Duration

	Etcd             string   `json:"etcd"`
	Hosts            []string `json:"hosts"`
	Replicas         int      `json:"replicas"`
	ExportKubeConfig struct {
		exported
		AdditionalSecrets []exported `json:"additionalSecrets"`
	} `json:"exportKubeConfig"`
}

// exported is one kubeconfig in one Secret.
type exported struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Context   string `json:"context"`
	Server    string `json:"server"`
	Insecure  bool   `json:"insecure"`
}

func readSettings() (*settings, error) {
	read := &settings{name: os.Getenv("VCLUSTER_NAME"), podIP: os.Getenv("POD_IP"), nodeIP: os.Getenv("NODE_IP")}
	if read.name == "" {
		return nil, fmt.Errorf("VCLUSTER_NAME is not set: the chart sets it to the release's name")
	}
	if err := json.Unmarshal([]byte(os.Getenv("STAND_IN_SETTINGS")), read); err != nil {
		return nil, fmt.Errorf("STAND_IN_SETTINGS is not the JSON that the chart writes: %w", err)
	}
	delays := []struct {
		variable string
		field    *time.Duration
		unset    time.Duration
	}{
		{"STAND_IN_SECRET_DELAY", &read.secretDelay, 3 * time.Second},
		{"STAND_IN_RETRY", &read.retry, 10 * time.Second},
		{"STAND_IN_START_DELAY", &read.startDelay, 0},
	}
	for _, delay := range delays {
		text := os.Getenv(delay.variable)
		if text == "" {
			*delay.field = delay.unset
			continue
		}
		parsed, err := time.ParseDuration(text)
		if err != nil {
			return nil, fmt.Errorf("%s=%s is not a duration: write it as 3s", delay.variable, text)
		}
		*delay.field = parsed
	}
	return read, nil
}
