#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/checkpoints/lora.h"
#include "core/checkpoints/peft_config.h"
#include "core/checkpoints/safetensors.h"
#include "core/families/parts/autoencoder_config.h"
#include "core/families/parts/bert_config.h"
#include "core/families/parts/classifier_config.h"
#include "core/families/parts/clip_config.h"
#include "core/families/parts/generation_config.h"
#include "core/families/parts/gpt2_config.h"
#include "core/families/parts/llama_config.h"
#include "core/families/parts/phi_config.h"
#include "core/families/parts/t5_config.h"
#include "core/families/parts/unet_architecture.h"
#include "core/text/sentencepiece.h"
#include "core/text/text_tokenizer.h"
#include "tests/fuzz/targets.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"

namespace fanlight {

namespace fs = std::filesystem;

void expect(bool holds, const char* sentence) {
    if (holds) return;
    std::fprintf(stderr, "%s\n", sentence);
    std::abort();
}

std::vector<std::string> golden_files(std::string_view name) {
    constexpr std::uintmax_t most_bytes = 16 << 10;
    constexpr size_t most_files = 40;
    std::vector<std::string> contents;
    for (const auto& entry : fs::recursive_directory_iterator(source_path("/tests/golden/data")))
        if (entry.is_regular_file() && entry.path().filename() == name && entry.file_size() <= most_bytes &&
            contents.size() < most_files)
            contents.push_back(read_file(entry.path()));
    return contents;
}

namespace {

constexpr const char* where = "fuzz.json";

/// Tensors lie in the file, cover its data once and can all be read.
void read_tensors(std::string_view bytes) {
    const std::string file(bytes);
    size_t covered = 0;
    for (const auto& [name, tensor] : read_safetensors(file, "fuzz.safetensors")) {
        expect(tensor.bytes.data() >= file.data() &&
                   tensor.bytes.data() + tensor.bytes.size() <= file.data() + file.size(),
               "a tensor lies outside of its file");
        covered += tensor.bytes.size();
    }
    expect(covered <= file.size(), "tensors overlap");
}

std::string lora_file() {
    return safetensors_bytes(R"({"__metadata__":{"lora_adapter_metadata":"{\"unet.lora_alpha\":2}"},)"
                             R"("lora_te_x.alpha":{"dtype":"F32","shape":[],"data_offsets":[0,4]},)"
                             R"("lora_te_x.lora_down.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[4,8]},)"
                             R"("lora_te_x.lora_up.weight":{"dtype":"F16","shape":[2,1],"data_offsets":[8,12]}})",
                             std::string(12, '\0'));
}

/// A LoRA is opened through its file.
void read_lora(std::string_view bytes) {
    static const fs::path file = fs::temp_directory_path() / ("fuzz-" + std::to_string(::getpid()) + ".safetensors");
    write_bytes(file, std::string(bytes));
    try {
        const LoraFile lora(file, {{"lora_te_", "text_encoder"}, {"unet.", "unet"}}, "any model");
        for (const auto& [module, layer] : lora.layers("text_encoder"))
            expect(std::abs(layer.scale) <= max_lora_alpha, "a LoRA has a scale beyond all bounds");
    } catch (const Error&) {
        fs::remove(file);
        throw;
    }
    fs::remove(file);
}

void check_round(const TextTokenizer& tokenizer, std::string_view text) {
    const Encoding pair = tokenizer.encode_pair(text, "a b", {.read_special_tokens = text.size() % 2 == 0});
    expect(pair.ids.size() == pair.type_ids.size(), "ids lack their types");
    for (const bool skip : {false, true})
        expect(first_invalid_utf8(tokenizer.decode(pair.ids, skip)) == std::string_view::npos, "a text is no UTF-8");
}

constexpr std::string_view odd_text = "It's 2024: na\u00efve \u732b\u304c\U0001F999 e\u0301  x<s> \uFB01\n";

void read_tokenizer_json(std::string_view bytes) {
    check_round(TextTokenizer::from_tokenizer_json(parse_json(bytes, where), where), odd_text);
}

void read_sentencepiece(std::string_view bytes) {
    const auto model = parse_sentencepiece(bytes, "fuzz.model");
    const auto tokenizer = TextTokenizer::from_sentencepiece(model, {{"add_eos_token", true}}, "fuzz.model");
    const auto ids = tokenizer.encode(odd_text);
    for (const int64_t id : ids) expect(tokenizer.token_of(id).has_value(), "an id has no token");
    expect(first_invalid_utf8(tokenizer.decode(ids, false)) == std::string_view::npos, "a text is no UTF-8");
}

template <typename Config>
void read_config(const Json& json) {
    try {
        if constexpr (requires { Config(json, where); })
            const Config config(json, where);
        else
            const Config config(json);
    } catch (const Error&) {  // another reader may take it
    }
}

/// The networks that a config asks for can be listed, and there are not endlessly many layers.
void read_model_config(std::string_view bytes) {
    const Json json = parse_json(bytes, where);
    if (!json.is_object()) return;
    read_config<BertConfig>(json);
    read_config<ClassifierConfig>(json);
    read_config<GPT2Config>(json);
    read_config<LlamaConfig>(json);
    read_config<PhiConfig>(json);
    read_config<T5Config>(json);
    read_config<ClipConfig>(json);
    read_config<AutoencoderConfig>(json);
    expect(unet::layers(UNetConfig(json)).size() < 10'000, "a network has too many layers");
}

void read_generation(std::string_view bytes) {
    const Json json = parse_json(bytes, where);
    if (json.is_object()) read_generation_config(json, json, where);
}

void read_peft(std::string_view bytes) {
    const PeftConfig config(bytes, "unet", "fuzz.safetensors");
    expect(std::isfinite(config.scale("a.b", 4)), "a LoRA has no finite scale");
}

std::vector<std::string> and_files(std::vector<std::string> seeds, std::string_view name) {
    for (std::string& file : golden_files(name)) seeds.push_back(std::move(file));
    return seeds;
}

}  // namespace

std::vector<FuzzTarget> model_targets() {
    const std::string header = R"({"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})";
    return {
        {"safetensors", read_tensors, {safetensors_bytes(header, "abcd"), lora_file()}},
        {"lora", read_lora, {lora_file()}},
        {"peft_config", read_peft, {R"({"unet.lora_alpha":8,"unet.alpha_pattern":{"b":4},"unet.use_rslora":true})"}},
        {"tokenizer_json", read_tokenizer_json, golden_files("tokenizer.json")},
        {"sentencepiece", read_sentencepiece, and_files(golden_files("bpe.model"), "unigram.model")},
        {"model_config", read_model_config, golden_files("config.json")},
        {"generation_config",
         read_generation,
         {R"({"eos_token_id":[1,2],"do_sample":true,"temperature":0.6,"top_k":50,"top_p":0.9,"max_new_tokens":20})"}},
    };
}

}  // namespace fanlight
