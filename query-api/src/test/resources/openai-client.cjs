// What a program does with OpenAI's own client for Node: lists models, chats, streams and embeds. Prints what it got as one JSON object.
const OpenAI = require("openai").default ?? require("openai");

async function main([baseURL, apiKey, base, question]) {
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
  const asked = { model: "selfrag", messages: [{ role: "user", content: question }], knowledge_base_ids: [base] };
  const models = [];
  for await (const it of client.models.list()) models.push(it.id);
  const whole = await client.chat.completions.create(asked);
  const stream = await client.chat.completions.create({ ...asked, stream: true, stream_options: { include_usage: true } });
  let text = "", pieces = 0, finish = null, usage = null, citations = null;
  for await (const chunk of stream) {
    pieces++;
    text += chunk.choices[0]?.delta?.content ?? "";
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
    citations = chunk.citations ?? citations;
  }
  // Left to itself the client asks for base64 and decodes it.
  const vectors = await client.embeddings.create({ model: "any", input: ["a badger", "a train"] });
  const floats = await client.embeddings.create({ model: "any", input: "a badger", encoding_format: "float" });
  let refusal = null;
  try {
    await new OpenAI({ baseURL, apiKey: "kb_sk_" + "x".repeat(43), maxRetries: 0 }).models.list();
  } catch (e) {
    refusal = e.constructor.name;
  }
  return {
    models, whole: whole.choices[0].message.content, whole_citations: whole.citations?.length ?? 0,
    total_tokens: whole.usage.total_tokens, text, pieces, finish, usage: usage?.total_tokens ?? 0,
    stream_citations: citations?.length ?? 0, vectors: vectors.data.map((it) => it.embedding.length),
    same: Math.max(...vectors.data[0].embedding.map((it, i) => Math.abs(it - floats.data[0].embedding[i]))), refusal,
  };
}

main(process.argv.slice(2)).then((got) => console.log(JSON.stringify(got)), (e) => {
  console.error(e);
  process.exit(1);
});
