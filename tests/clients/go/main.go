// SPDX-License-Identifier: MIT

// franz-go through the clients' script: see ../README.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const patience = 60 * time.Second

var codecs = []string{"none", "gzip", "snappy", "lz4", "zstd"}

var compressions = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

var assignors = map[string]kgo.GroupBalancer{
	"eager": kgo.RangeBalancer(), "cooperative": kgo.CooperativeStickyBalancer(),
}

type script struct {
	ctx                             context.Context
	brokers, topic, group, assignor string
	count                           int
	admin                           *kadm.Client
	sent                            [][4]any
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func checked[T any](value T, err error) T {
	check(err)
	return value
}

func waitUntil(isSo func() bool, what string) {
	for end := time.Now().Add(patience); !isSo(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			log.Fatal("waited in vain for ", what)
		}
	}
}

func (s *script) client(options ...kgo.Opt) *kgo.Client {
	options = append(options, kgo.SeedBrokers(s.brokers),
		kgo.WithLogger(kgo.BasicLogger(os.Stderr, kgo.LogLevelWarn, nil)))
	return checked(kgo.NewClient(options...))
}

// member is a consumer in a goroutine of its own; what it has read is committed, then it closes.
type member struct {
	client     *kgo.Client
	stop       context.CancelFunc
	done       chan error
	lock       sync.Mutex
	partitions []int32
	records    [][5]any
}

func (s *script) newMember() *member {
	ctx, stop := context.WithCancel(s.ctx)
	m := &member{stop: stop, done: make(chan error, 1)}
	m.client = s.client(kgo.ConsumerGroup(s.group), kgo.ConsumeTopics(s.topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.DisableAutoCommit(),
		kgo.HeartbeatInterval(500*time.Millisecond), kgo.SessionTimeout(10*time.Second),
		kgo.Balancers(assignors[s.assignor]),
		kgo.OnPartitionsAssigned(m.onAssigned), kgo.OnPartitionsRevoked(m.onRevoked),
		kgo.OnPartitionsLost(m.onRevoked))
	go m.run(ctx)
	return m
}

func (m *member) onAssigned(_ context.Context, _ *kgo.Client, added map[string][]int32) {
	m.lock.Lock()
	defer m.lock.Unlock()
	for _, partitions := range added {
		m.partitions = append(m.partitions, partitions...)
	}
	slices.Sort(m.partitions)
}

func (m *member) onRevoked(_ context.Context, _ *kgo.Client, lost map[string][]int32) {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.partitions = slices.DeleteFunc(m.partitions, func(partition int32) bool {
		for _, partitions := range lost {
			if slices.Contains(partitions, partition) {
				return true
			}
		}
		return false
	})
}

func (m *member) run(ctx context.Context) {
	for ctx.Err() == nil {
		fetches := m.client.PollFetches(ctx)
		if err := fetches.Err(); err != nil && !errors.Is(err, context.Canceled) {
			m.done <- err
			return
		}
		m.lock.Lock()
		fetches.EachRecord(func(record *kgo.Record) { m.records = append(m.records, plain(record)) })
		m.lock.Unlock()
	}
	m.done <- nil
}

func (m *member) count() (partitions, records int) {
	m.lock.Lock()
	defer m.lock.Unlock()
	return len(m.partitions), len(m.records)
}

// commit returns what the member has and has read.
func (m *member) commit(ctx context.Context) map[string]any {
	m.stop()
	select {
	case err := <-m.done:
		check(err)
	case <-time.After(patience):
		log.Fatal("a member does not stop")
	}
	check(m.client.CommitUncommittedOffsets(ctx))
	m.lock.Lock()
	defer m.lock.Unlock()
	return map[string]any{"partitions": slices.Clone(m.partitions), "records": m.records}
}

func plain(record *kgo.Record) [5]any {
	headers := map[string]string{}
	for _, header := range record.Headers {
		headers[header.Key] = string(header.Value)
	}
	return [5]any{record.Partition, record.Offset, string(record.Key), string(record.Value), headers}
}

func (s *script) send(name, codec string) {
	client := s.client(kgo.DefaultProduceTopic(s.topic), kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerLinger(5*time.Millisecond), kgo.ProducerBatchCompression(compressions[codec]))
	defer client.Close()
	var records []*kgo.Record
	for i := range s.count {
		records = append(records, &kgo.Record{
			Key:   fmt.Appendf(nil, "key-%d", i%16),
			Value: fmt.Appendf(nil, "%s %d %s", name, i, strings.Repeat("x", i)),
			Headers: []kgo.RecordHeader{{Key: "codec", Value: []byte(name)},
				{Key: "number", Value: []byte(strconv.Itoa(i))}},
		})
	}
	check(client.ProduceSync(s.ctx, records...).FirstErr())
	for i, record := range records {
		s.sent = append(s.sent, [4]any{name, i, record.Partition, record.Offset})
	}
}

func (s *script) gone() string { return s.topic + ".gone" }

func (s *script) committed() map[string]int64 {
	offsets := map[string]int64{}
	checked(s.admin.FetchOffsets(s.ctx, s.group)).Each(func(one kadm.OffsetResponse) {
		offsets[strconv.Itoa(int(one.Partition))] = one.At
	})
	return offsets
}

func (s *script) described() kadm.DescribedGroup {
	group := checked(s.admin.DescribeGroups(s.ctx, s.group))[s.group]
	check(group.Err)
	return group
}

func (s *script) isListed() bool {
	return slices.Contains(checked(s.admin.ListGroups(s.ctx)).Groups(), s.group)
}

func (s *script) twoMembers(result map[string]any) {
	members := []*member{s.newMember(), s.newMember()}
	waitUntil(func() bool {
		return !slices.ContainsFunc(members, func(m *member) bool {
			partitions, _ := m.count()
			return partitions != 2
		})
	}, "both to have partitions")
	for _, codec := range codecs {
		s.send(codec, codec)
	}
	waitUntil(func() bool {
		_, one := members[0].count()
		_, other := members[1].count()
		return one+other >= len(s.sent)
	}, "all records")
	found := s.described()
	result["live"] = map[string]any{"state": found.State, "members": len(found.Members)}
	result["members"] = []any{members[0].commit(s.ctx), members[1].commit(s.ctx)}
	for _, one := range members {
		one.client.Close()
	}
}

func (s *script) comeAgain(result map[string]any) {
	s.send("late", "none")
	again := s.newMember()
	waitUntil(func() bool { _, records := again.count(); return records >= s.count },
		"the late records")
	result["late"] = again.commit(s.ctx)["records"]
	again.client.Close()
}

func (s *script) cleanUp(result map[string]any) {
	result["listed"] = s.isListed()
	result["idle_state"] = s.described().State
	result["committed_after"] = s.committed()
	var partition kadm.TopicsSet
	partition.Add(s.topic, 0)
	check(checked(s.admin.DeleteOffsets(s.ctx, s.group, partition)).Error())
	result["offsets_after_deletion"] = s.committed()
	check(checked(s.admin.DeleteGroups(s.ctx, s.group)).Error())
	result["group_deleted"] = !s.isListed()
	check(checked(s.admin.DeleteTopics(s.ctx, s.gone())).Error())
	// Apache Kafka's controller answers before the broker that lists the topics has heard of it.
	waitUntil(func() bool { return !checked(s.admin.ListTopics(s.ctx)).Has(s.gone()) },
		"the deleted topic to be gone")
	result["topic_deleted"] = true
}

func version() string {
	build, _ := debug.ReadBuildInfo()
	for _, module := range build.Deps {
		if module.Path == "github.com/twmb/franz-go" {
			return module.Version
		}
	}
	return ""
}

func main() {
	if len(os.Args) != 6 {
		log.Fatal("usage: client BROKERS TOPIC GROUP COUNT ASSIGNOR")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	s := &script{ctx: ctx, brokers: os.Args[1], topic: os.Args[2], group: os.Args[3], assignor: os.Args[5],
		count: checked(strconv.Atoi(os.Args[4]))}
	s.admin = kadm.NewClient(s.client())
	defer s.admin.Close()
	check(checked(s.admin.CreateTopics(s.ctx, 4, 1, nil, s.topic)).Error())
	check(checked(s.admin.CreateTopics(s.ctx, 1, 1, nil, s.gone())).Error())
	topics := checked(s.admin.ListTopics(s.ctx, s.topic))
	result := map[string]any{"client": "franz-go", "version": version(), "codecs": codecs,
		"partitions": len(topics[s.topic].Partitions)}
	s.twoMembers(result)
	result["committed"] = s.committed()
	s.comeAgain(result)
	result["sent"] = s.sent
	s.cleanUp(result)
	check(json.NewEncoder(os.Stdout).Encode(result))
}
