// A server with go-smtp that takes every message and keeps none.
//
//	go-smtp --port N [--cert FILE --key FILE]
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"

	"github.com/emersion/go-smtp"
)

type backend struct{}

func (backend) Login(*smtp.ConnectionState, string, string) (smtp.Session, error) {
	return nil, smtp.ErrAuthUnsupported
}

func (backend) AnonymousLogin(*smtp.ConnectionState) (smtp.Session, error) {
	return session{}, nil
}

type session struct{}

func (session) Reset()                              {}
func (session) Logout() error                       { return nil }
func (session) Mail(string, smtp.MailOptions) error { return nil }
func (session) Rcpt(string) error                   { return nil }

func (session) Data(text io.Reader) error {
	_, err := io.Copy(io.Discard, text)
	return err
}

func main() {
	port := flag.Int("port", 0, "on 127.0.0.1")
	certificate := flag.String("cert", "", "offer STARTTLS with it")
	key := flag.String("key", "", "of the certificate")
	flag.Parse()

	server := smtp.NewServer(backend{})
	server.Addr = fmt.Sprintf("127.0.0.1:%d", *port)
	server.Domain = "go.example.test"
	server.AuthDisabled = true
	if *certificate != "" {
		pair, err := tls.LoadX509KeyPair(*certificate, *key)
		if err != nil {
			log.Fatal(err)
		}
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}}
	}
	log.Fatal(server.ListenAndServe())
}
