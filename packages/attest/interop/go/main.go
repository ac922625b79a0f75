// Checks notes, checkpoints, proofs and tiles that Cytoledger made with golang.org/x/mod, which shares no code with it: JSON on standard
// input, one line of JSON on standard output.
package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type record struct {
	Index int64    `json:"index"`
	Size  int64    `json:"size"`
	Leaf  string   `json:"leaf"`
	Root  string   `json:"root"`
	Path  []string `json:"path"`
}

type tree struct {
	Size1 int64    `json:"size1"`
	Root1 string   `json:"root1"`
	Size2 int64    `json:"size2"`
	Root2 string   `json:"root2"`
	Path  []string `json:"path"`
}

type input struct {
	Vkeys   []string `json:"vkeys"`
	Note    string   `json:"note"`
	Records []record `json:"records"`
	Trees   []tree   `json:"trees"`
	// A folder with the tiles of a log, at the paths of C2SP tlog-tiles.
	Tiles string `json:"tiles"`
	Size  int64  `json:"size"`
	Root  string `json:"root"`
}

type output struct {
	Text       string   `json:"text"`
	Signers    []string `json:"signers"`
	Unverified int      `json:"unverified"`
	Records    []bool   `json:"records"`
	Trees      []bool   `json:"trees"`
	// Leaf hashes read through tlog's own tile reader, which checks every tile against the root.
	Leaves []string `json:"leaves"`
	// A note and its key, made here.
	Note string `json:"note"`
	Vkey string `json:"vkey"`
}

func hash(text string) tlog.Hash {
	bytes, err := base64.StdEncoding.DecodeString(text)
	check(err)
	if len(bytes) != tlog.HashSize {
		check(fmt.Errorf("a hash of %d bytes", len(bytes)))
	}
	return tlog.Hash(bytes)
}

func hashes(texts []string) []tlog.Hash {
	all := make([]tlog.Hash, len(texts))
	for i, text := range texts {
		all[i] = hash(text)
	}
	return all
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type tiles struct{ folder string }

func (tiles) Height() int                         { return 8 }
func (tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		// tlog writes tile/<height>/<level>/…, C2SP tile/<level>/…
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		data[i] = bytes
	}
	return data, nil
}

func main() {
	var in input
	check(json.NewDecoder(os.Stdin).Decode(&in))
	var out output

	var verifiers []note.Verifier
	for _, vkey := range in.Vkeys {
		verifier, err := note.NewVerifier(vkey)
		check(err)
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open([]byte(in.Note), note.VerifierList(verifiers...))
	check(err)
	out.Text = opened.Text
	for _, sig := range opened.Sigs {
		out.Signers = append(out.Signers, sig.Name)
	}
	out.Unverified = len(opened.UnverifiedSigs)

	for _, r := range in.Records {
		out.Records = append(out.Records, tlog.CheckRecord(hashes(r.Path), r.Size, hash(r.Root), r.Index, hash(r.Leaf)) == nil)
	}
	for _, t := range in.Trees {
		out.Trees = append(out.Trees, tlog.CheckTree(hashes(t.Path), t.Size2, hash(t.Root2), t.Size1, hash(t.Root1)) == nil)
	}

	reader := tlog.TileHashReader(tlog.Tree{N: in.Size, Hash: hash(in.Root)}, tiles{in.Tiles})
	indexes := make([]int64, in.Size)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	leaves, err := reader.ReadHashes(indexes)
	check(err)
	for _, leaf := range leaves {
		out.Leaves = append(out.Leaves, base64.StdEncoding.EncodeToString(leaf[:]))
	}

	skey, vkey, err := note.GenerateKey(rand.Reader, "go.example/log")
	check(err)
	signer, err := note.NewSigner(skey)
	check(err)
	signed, err := note.Sign(&note.Note{Text: in.Note}, signer)
	check(err)
	out.Note, out.Vkey = string(signed), vkey

	check(json.NewEncoder(os.Stdout).Encode(out))
}
