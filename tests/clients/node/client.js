// SPDX-License-Identifier: MIT
// kafkajs through the clients' script: see ../README.md.
// Run: NODE_PATH=MODULES node client.js BROKERS TOPIC GROUP COUNT eager
'use strict'

const { CompressionCodecs, CompressionTypes, Kafka, PartitionAssigners, Partitioners, logLevel } =
  require('kafkajs')
const { ZstdCodec } = require('zstd-codec')

const PATIENCE_MS = 60000
const CODECS = { none: 'None', gzip: 'GZIP', snappy: 'Snappy', zstd: 'ZSTD' }

// kafkajs has none and gzip itself, and takes the others from whoever has them. For lz4 there is no
// package that needs no compiler and writes independent blocks, the only ones that Kafka reads.
async function addCodecs () {
  const zstd = await new Promise(resolve => ZstdCodec.run(found => resolve(new found.Simple())))
  CompressionCodecs[CompressionTypes.Snappy] = require('kafkajs-snappy')
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async encoder => Buffer.from(zstd.compress(encoder.buffer)),
    decompress: async buffer => Buffer.from(zstd.decompress(buffer))
  })
}

async function waitUntil (isSo, what) {
  for (const end = Date.now() + PATIENCE_MS; !await isSo();) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

function plain (partition, { offset, key, value, headers }) {
  const texts = Object.fromEntries(Object.entries(headers).map(([name, one]) => [name, String(one)]))
  return [partition, Number(offset), String(key), String(value), texts]
}

function committed (admin, topic, group) {
  return admin.fetchOffsets({ groupId: group, topics: [topic] }).then(found => Object.fromEntries(
    found[0].partitions.filter(({ offset }) => offset >= 0)
      .map(({ partition, offset }) => [partition, Number(offset)])))
}

// A consumer that notes what it gets and has.
class Member {
  constructor (kafka, topic, group) {
    Object.assign(this, { topic, records: [], partitions: [], next: new Map() })
    this.consumer = kafka.consumer({
      groupId: group,
      sessionTimeout: 10000,
      heartbeatInterval: 500,
      maxWaitTimeInMs: 500, // between two fetches it notices that the group rebalances
      partitionAssigners: [PartitionAssigners.roundRobin]
    })
    this.consumer.on(this.consumer.events.GROUP_JOIN, ({ payload }) => {
      this.partitions = (payload.memberAssignment[topic] ?? []).sort()
    })
  }

  async start () {
    await this.consumer.connect()
    await this.consumer.subscribe({ topics: [this.topic], fromBeginning: true })
    await this.consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        this.records.push(plain(partition, message))
        this.next.set(partition, String(Number(message.offset) + 1))
      }
    })
    return this
  }

  commit () {
    return this.consumer.commitOffsets([...this.next].map(
      ([partition, offset]) => ({ topic: this.topic, partition, offset })))
  }
}

// kafkajs tells the first offset of each partition; those of the records behind it follow.
function placed (name, messages, told, partitionMetadata) {
  const partitionOf = Partitioners.DefaultPartitioner()
  const next = new Map(told.map(({ partition, baseOffset }) => [partition, Number(baseOffset)]))
  return messages.map((message, i) => {
    const partition = partitionOf({ topic: told[0].topicName, partitionMetadata, message })
    const offset = next.get(partition)
    next.set(partition, offset + 1)
    return [name, i, partition, offset]
  })
}

async function send (kafka, { topic, count, metadata }, name, codec) {
  const producer = kafka.producer({
    idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner
  })
  await producer.connect()
  const messages = Array.from({ length: count }, (_, i) => ({
    key: `key-${i % 16}`,
    value: `${name} ${i} ${'x'.repeat(i)}`,
    headers: { codec: name, number: String(i) }
  }))
  const compression = CompressionTypes[CODECS[codec]]
  const told = await producer.send({ topic, acks: -1, compression, messages })
  await producer.disconnect()
  return placed(name, messages, told, metadata)
}

async function twoMembers (kafka, admin, script) {
  const { topic, group } = script
  const members = [new Member(kafka, topic, group), new Member(kafka, topic, group)]
  await Promise.all(members.map(one => one.start()))
  await waitUntil(() => members.every(one => one.partitions.length === 2), 'both to have partitions')
  const sent = []
  for (const codec of Object.keys(CODECS)) sent.push(...await send(kafka, script, codec, codec))
  await waitUntil(() => members[0].records.length + members[1].records.length >= sent.length,
    'all records')
  const { groups: [found] } = await admin.describeGroups([group])
  const told = members.map(({ partitions, records }) => ({ partitions, records }))
  for (const one of members) await one.commit()
  for (const one of members) await one.consumer.disconnect()
  return { sent, live: { state: found.state, members: found.members.length }, members: told }
}

async function comeAgain (kafka, script) {
  const sent = await send(kafka, script, 'late', 'none')
  const again = await new Member(kafka, script.topic, script.group).start()
  await waitUntil(() => again.records.length >= sent.length, 'the late records')
  await again.commit()
  await again.consumer.disconnect()
  return { sent, late: again.records }
}

async function cleanUp (admin, { topic, gone, group }) {
  const isListed = async () =>
    (await admin.listGroups()).groups.some(one => one.groupId === group)
  const result = {
    listed: await isListed(),
    idle_state: (await admin.describeGroups([group])).groups[0].state,
    committed_after: await committed(admin, topic, group),
    offsets_after_deletion: null // kafkajs has no OffsetDelete
  }
  await admin.deleteGroups([group])
  result.group_deleted = !await isListed()
  await admin.deleteTopics({ topics: [gone] })
  // Apache Kafka's controller answers before the broker that lists the topics has heard of it.
  await waitUntil(async () => !(await admin.listTopics()).includes(gone), 'the deleted topic to be gone')
  result.topic_deleted = true
  return result
}

async function main ([brokers, topic, group, countText, assignor]) {
  if (assignor !== 'eager') throw new Error('kafkajs knows eager groups only')
  await addCodecs()
  const script = { topic, gone: `${topic}.gone`, group, count: Number(countText) }
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.WARN })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    topics: [{ topic, numPartitions: 4, replicationFactor: 1 },
      { topic: script.gone, numPartitions: 1, replicationFactor: 1 }]
  })
  const { topics: [described] } = await admin.fetchTopicMetadata({ topics: [topic] })
  script.metadata = described.partitions
  const first = await twoMembers(kafka, admin, script)
  const offsets = await committed(admin, topic, group)
  const { sent, late } = await comeAgain(kafka, script)
  const result = {
    client: 'kafkajs',
    version: require('kafkajs/package.json').version,
    codecs: Object.keys(CODECS),
    partitions: described.partitions.length,
    ...first,
    sent: [...first.sent, ...sent],
    committed: offsets,
    late,
    ...await cleanUp(admin, script)
  }
  await admin.disconnect()
  console.log(JSON.stringify(result))
}

main(process.argv.slice(2)).catch(error => {
  console.error(error)
  process.exit(1)
})
