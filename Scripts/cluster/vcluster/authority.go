package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// pair is a certificate and its key, both in PEM.
type pair struct{ certificate, key []byte }

func newKey() (*rsa.PrivateKey, []byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, err
	}
	return key, encoded("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), nil
}

func publicKey(key *rsa.PrivateKey) ([]byte, error) {
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	return encoded("PUBLIC KEY", public), err
}

func encoded(kind string, content []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content})
}

func newAuthority() (*pair, error) {
	key, text, err := newKey()
	if err != nil {
		return nil, err
	}
	template, err := certificate(pkix.Name{CommonName: "kubernetes"}, 10*365*24*time.Hour)
	if err != nil {
		return nil, err
	}
	template.IsCA = true
	template.KeyUsage |= x509.KeyUsageCertSign
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return &pair{encoded("CERTIFICATE", signed), text}, nil
}

// issueServing signs a certificate for a server of these names and addresses.
func (authority *pair) issueServing(hosts []string) (*pair, error) {
	template, err := certificate(pkix.Name{CommonName: "kube-apiserver"}, 365*24*time.Hour)
	if err != nil {
		return nil, err
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if address := net.ParseIP(host); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	return authority.issue(template)
}

// issueAdministrator signs a client certificate that may do everything.
func (authority *pair) issueAdministrator() (*pair, error) {
	name := pkix.Name{CommonName: "kubernetes-super-admin", Organization: []string{"system:masters"}}
	template, err := certificate(name, 365*24*time.Hour)
	if err != nil {
		return nil, err
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return authority.issue(template)
}

func certificate(name pkix.Name, life time.Duration) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial, Subject: name, NotBefore: now.Add(-time.Minute), NotAfter: now.Add(life),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, BasicConstraintsValid: true,
	}, nil
}

func (authority *pair) issue(template *x509.Certificate) (*pair, error) {
	parent, parentKey, err := authority.parsed()
	if err != nil {
		return nil, err
	}
	key, text, err := newKey()
	if err != nil {
		return nil, err
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, err
	}
	return &pair{encoded("CERTIFICATE", signed), text}, nil
}

func (authority *pair) parsed() (*x509.Certificate, *rsa.PrivateKey, error) {
	certificate, _ := pem.Decode(authority.certificate)
	key, _ := pem.Decode(authority.key)
	if certificate == nil || key == nil {
		return nil, nil, fmt.Errorf("the authority's certificate or key is not PEM")
	}
	parent, err := x509.ParseCertificate(certificate.Bytes)
	if err != nil {
		return nil, nil, err
	}
	parentKey, err := x509.ParsePKCS1PrivateKey(key.Bytes)
	return parent, parentKey, err
}
