// FLUX.2 klein against diffusers and transformers (tests/golden/flux_2.py), float32 on the CPU.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <map>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/checkpoints/component_hash.h"
#include "core/families/flux_2/network/transformer.h"
#include "core/families/flux_2/prompts.h"
#include "core/families/parts/shipped_tokenizers.h"
#include "core/pipelines/language_conditioner.h"
#include "core/pipelines/picture_decoder.h"
#include "tests/core/networks/flow_task.h"
#include "tests/core/networks/golden_models.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/original_names.h"
#include "tests/support/places.h"
#include "tests/support/qwen_sized.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string data = source_path("/tests/golden/data/pipelines/"), model = data + "flux_2";

constexpr double tolerance = 2e-5;

at::Tensor golden(const std::string& key) { return golden_tensor(model + ".safetensors", key); }

Json images() { return read_json_file(model + ".json"); }

std::vector<Task> batch_of(const Json& image) {
    std::vector<Task> batch;
    for (size_t i = 0; i < image["prompts"].size(); ++i) {
        ImageTask task = flow_task(image, i);
        if (image["distilled"].get<bool>()) task.cfg_floor = most_cfg_scale;
        batch.push_back(std::move(task));
    }
    return batch;
}

/// Of different lengths, and one that has none.
std::vector<Task> four_prompts() { return batch_of(images()[1]); }

/// What Black Forest Labs call a tensor of the network, or for parts of one the whole.
std::string original_name(std::string name) {
    static const std::vector<std::pair<std::string, std::string>> parts = {
        {"time_guidance_embed.timestep_embedder.linear_1", "time_in.in_layer"},
        {"time_guidance_embed.timestep_embedder.linear_2", "time_in.out_layer"},
        {"modulation_img.linear", "modulation_img.lin"},
        {"modulation_txt.linear", "modulation_txt.lin"},
        {"single_stream_modulation.linear", "single_stream_modulation.lin"},
        {"x_embedder", "img_in"},
        {"context_embedder", "txt_in"},
        {"norm_out.linear", "final_layer.adaLN_modulation.1"},
        {"proj_out", "final_layer.linear"},
        {"attn.to_qkv_mlp_proj", "linear1"},
        {"ff.linear_in", "img_mlp.0"},
        {"ff.linear_out", "img_mlp.2"},
        {"ff_context.linear_in", "txt_mlp.0"},
        {"ff_context.linear_out", "txt_mlp.2"},
        {"attn.norm_added_q.weight", "txt_attn.norm.query_norm.scale"},
        {"attn.norm_added_k.weight", "txt_attn.norm.key_norm.scale"},
        {"attn.to_add_out", "txt_attn.proj"},
        {"attn.to_out.0", "img_attn.proj"},
        {"attn.to_out", "linear2"}};
    const bool is_single = name.starts_with("single_transformer_blocks.");
    for (const char part : {'q', 'k', 'v'}) {
        name = replaced(name, std::string("attn.to_") + part + ".", "img_attn.qkv.");
        name = replaced(name, std::string("attn.add_") + part + "_proj.", "txt_attn.qkv.");
    }
    name = replaced(name, "attn.norm_q.weight", is_single ? "norm.query_norm.scale" : "img_attn.norm.query_norm.scale");
    name = replaced(name, "attn.norm_k.weight", is_single ? "norm.key_norm.scale" : "img_attn.norm.key_norm.scale");
    for (const auto& [from, to] : parts) name = replaced(name, from, to);
    name = replaced(name, "single_transformer_blocks", "single_blocks");
    return replaced(name, "transformer_blocks", "double_blocks");
}

/// As in the original checkpoints: queries, keys and values are one matrix, and the last modulation is shift, then
/// scale.
std::vector<FileTensor> with_original_names(const std::vector<FileTensor>& tensors, const std::string& prefix) {
    std::map<std::string, std::map<char, FileTensor>> fused;
    std::vector<FileTensor> renamed;
    for (FileTensor tensor : tensors) {
        const std::string own = tensor.name;
        tensor.name = prefix + original_name(own);
        if (tensor.name.ends_with(".qkv.weight")) {
            const size_t at = own.find("_proj.");
            fused[tensor.name][at == std::string::npos ? own[own.size() - 8] : own[at - 1]] = tensor;
            continue;
        }
        if (own == "norm_out.linear.weight") {
            const size_t half = tensor.bytes.size() / 2;
            tensor.bytes = tensor.bytes.substr(half) + tensor.bytes.substr(0, half);
        }
        renamed.push_back(std::move(tensor));
    }
    for (auto& [name, parts] : fused) {
        FileTensor whole = parts.at('q');
        whole.shape[0] *= 3;
        whole.bytes += parts.at('k').bytes + parts.at('v').bytes;
        renamed.push_back(std::move(whole));
    }
    return renamed;
}

}  // namespace

class TstFlux2Pictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }

    void promptsBecomeTheSameTokensAndTheirPaddingIsRead() {
        const c10::InferenceMode inference;
        const ModelFolder folder(model);
        const auto tokenizer = open_wrapped_tokenizer(folder.files(), "tokenizer", flux_2_wrap(), &qwen_tokenizer);
        const Conditioning told = texts_told(folder);
        QVERIFY(!told.mask.defined());
        QCOMPARE(told.context.size(1), 512);
        for (size_t i = 0; i < prompts().size(); ++i) {
            const at::Tensor ids = golden("ids." + std::to_string(i));
            const Tokenizer::Encoded encoded = tokenizer->encode(prompts()[i]);
            const auto read = std::count(encoded.mask.begin(), encoded.mask.end(), 1);
            QCOMPARE(read, ids.numel());
            QVERIFY(at::tensor(encoded.ids).narrow(0, 0, read).equal(ids));
        }
        QVERIFY(difference(told.context.slice(1, 0, 512, 8), golden("texts")) < tolerance);
    }

    void everyBlockEqualsItsReference() {
        const c10::InferenceMode inference;
        const ModelFolder folder(model);
        const Flux2Config config(folder.config("transformer"));
        const Weights weights = folder.weights("transformer", {});
        const LayerSequence layers(flux_2_layers(config, weights), weights);
        QVERIFY(weights.untaken().empty());

        Conditioning told = texts_told(folder);
        told.numbers = at::tensor({5.0f, 6.0f}).expand({2, 2});
        Memory memory;
        for (int round = 0; round < 2; ++round) {  // the second time it remembers the texts
            State state = flux_2_input(golden("x"), 700);
            state.conditioning = &told;
            state.memory = &memory;
            int compared = 0;
            for (const Layer& layer : layers) {
                layer.run(state);
                if (layer.name.find("transformer_blocks.") == std::string::npos) continue;
                const at::Tensor expected = golden("block." + layer.name);
                const int64_t tokens = expected.size(1);
                const at::Tensor last = state.hidden.narrow(1, state.hidden.size(1) - tokens, tokens);
                double off = difference(last, expected);
                if (!layer.name.starts_with("single"))
                    off = std::max(
                        off, difference(state.named.get("text").slice(1, 0, 512, 16), golden("text." + layer.name)));
                QVERIFY2(off < tolerance, (layer.name + " differs by " + std::to_string(off)).c_str());
                ++compared;
            }
            QCOMPARE(compared, 5);
            QVERIFY(difference(state.hidden, golden("transformer")) < tolerance);
        }
    }

    void networksOfOtherShapesEqualTheirReferences_data() {
        QTest::addColumn<QString>("name");
        const Json shapes = read_json_file(model + "_shapes.json");  // must outlive its items
        for (const auto& [name, config] : shapes.items()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void networksOfOtherShapesEqualTheirReferences() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const std::string file = model + "_shapes.safetensors", own = name.toStdString();
        const Flux2Config config(read_json_file(model + "_shapes.json")[own]);
        const Weights weights = Weights::open(file, {}) / own;
        const LayerSequence layers(flux_2_layers(config, weights), weights);
        const Conditioning told{.context = golden_tensor(file, "texts"),
                                .numbers = at::tensor({3.0f, 4.0f}).unsqueeze(0)};
        Memory memory;
        State state = flux_2_input(golden_tensor(file, "x"), 700);
        state.conditioning = &told;
        state.memory = &memory;
        for (const Layer& layer : layers) layer.run(state);
        QVERIFY(state.named.empty());
        const double off = difference(state.hidden, golden_tensor(file, own + " out"));
        QVERIFY2(off < tolerance, std::to_string(off).c_str());
    }

    /// Whatever is stored, diffusers tells klein none.
    void guidanceIsNotTold() {
        const c10::InferenceMode inference;
        const std::string copy = path_of("told"), config = copy + "/transformer/config.json";
        std::filesystem::copy(model, copy, std::filesystem::copy_options::recursive);
        Json json = read_json_file(config);
        json["guidance_embeds"] = true;
        replace_file(config, json.dump());
        std::vector<FileTensor> tensors = network();
        for (const char* layer : {"linear_1", "linear_2"})
            tensors.push_back(
                {std::string("time_guidance_embed.guidance_embedder.") + layer + ".weight", "F16", {1, 1}, "ab"});
        replace_file(copy + "/transformer/diffusion_pytorch_model.safetensors", tensors_file(tensors));
        const auto batch = batch_of(images()[0]);
        QVERIFY(pictures_of(copy, batch).images().equal(pictures_of(model, batch).images()));
        replace_file(config, read_file(model + "/transformer/config.json", 1 << 20));
    }

    void latentsAreSpreadOutBeforeTheyAreDecoded() {
        const c10::InferenceMode inference;
        PictureDecoder decoder(ModelFolder(model), {});
        QCOMPARE(decoder.latent_shape(24, 20), (std::vector<int64_t>{1, 32, 5, 6}));
        const at::Tensor expected = ((golden("vae") / 2 + 0.5).clamp(0, 1) * 255).round().permute({0, 2, 3, 1});
        const at::Tensor off = (decoder.decode(golden("x")).images().to(at::kFloat) - expected).abs();
        QVERIFY(off.max().item<double>() <= 1);
    }

    /// Though the sampler sees fewer and wider ones.
    void aPreviewHasAPixelForEachOfTheDecodersLatents() {
        const c10::InferenceMode inference;
        const auto pipeline = load_pipeline(model, {});
        const auto generation = pipeline->open({batch_of(images()[1]).front()});
        at::Tensor last;
        const Outputs made = run_whole(*generation, [&](Generation& seen) {
                                 last = seen.preview();
                                 return true;
                             }).value();
        QCOMPARE(last.sizes(), (at::IntArrayRef{1, 16, 16, 3}));
        const auto centred = [](const at::Tensor& pictures) {
            const at::Tensor x = pictures.to(at::kFloat).permute({0, 3, 1, 2});
            return at::adaptive_avg_pool2d(x, {16, 16}) - x.mean();
        };
        const at::Tensor a = centred(last), b = centred(std::get<Pictures>(made).images());
        const double alike = ((a * b).sum() / (a.norm() * b.norm())).item<double>();
        QVERIFY2(alike > 0.3, std::to_string(alike).c_str());
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<int>("number");
        for (size_t i = 0; i < images().size(); ++i) QTest::addRow("%zu", i) << static_cast<int>(i);
    }
    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(int, number);
        const c10::InferenceMode inference;
        const Pictures made = pictures_of(model, batch_of(images()[static_cast<size_t>(number)]));
        const at::Tensor expected = golden("image." + std::to_string(number));
        QCOMPARE(made.images().sizes().vec(), expected.sizes().vec());
        const double off = (made.images().to(at::kFloat) - expected.to(at::kFloat)).abs().max().item<double>();
        QVERIFY2(off <= 2, std::to_string(off).c_str());
    }

    void neighboursOfOtherLengthsChangeNothing() {
        const c10::InferenceMode inference;
        const auto pipeline = load_pipeline(model, {}, {});
        const auto batch = four_prompts();
        const at::Tensor together = pictures_of(*pipeline, batch).images();
        for (size_t i = 0; i < batch.size(); ++i) {
            const at::Tensor alone = pictures_of(*pipeline, {batch[i]}).images();
            QVERIFY(alone[0].equal(together[static_cast<int64_t>(i)]));
        }
    }

    void everyWayToPlaceTheModelMakesTheSameBytes() {
        const c10::InferenceMode inference;
        std::vector<Task> batch = four_prompts();
        for (Task& task : batch) task.edit<ImageTask>().steps = 2;
        const at::Tensor whole = pictures_of(model, batch).images();
        QVERIFY(pictures_of(*load_pipeline(model, {}, {}, {.brief_encoders = true}), batch).images().equal(whole));
        constexpr int64_t layers = 13;
        for (const std::vector<int64_t>& cuts : std::vector<std::vector<int64_t>>{{3}, {8}, {7, 11}})
            QVERIFY(send_round(stages_here(model, layers, cuts), {batch}).front().equal(whole));
    }

    void componentsFromFilesGiveTheSamePicture_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {network_kind, text_encoder_kind, vae_kind, "folder", "vae in diffusers' names"})
            QTest::newRow(kind) << kind;
    }
    void componentsFromFilesGiveTheSamePicture() {
        QFETCH(QString, kind);
        const c10::InferenceMode inference;
        const bool is_folder = kind == "folder", is_vae = kind.startsWith("vae");
        const std::string file = is_folder ? model + "/transformer" : path_of(kind + ".safetensors");
        if (kind == network_kind)
            replace_file(file, tensors_file(with_original_names(network(), "model.diffusion_model.")));
        else if (kind == text_encoder_kind)
            replace_file(file, tensors_file(tensors_of(model, "text_encoder", "model")));
        else if (kind == vae_kind)
            replace_file(file, tensors_file(decoder_with_original_names(model)));
        else if (is_vae)
            replace_file(file, tensors_file(tensors_of(model, "vae", "diffusion_pytorch_model")));
        const std::string option = is_folder ? network_kind : is_vae ? vae_kind : kind.toStdString();
        const auto batch = batch_of(images()[1]);
        const auto pipeline = load_pipeline(model, {}, {.components = {{option, "given", file, component_hash(file)}}});
        QVERIFY(pictures_of(*pipeline, batch).images().equal(pictures_of(model, batch).images()));
    }

    /// As llama.cpp and ComfyUI's GGUF files name them; in float16, as the folder has them.
    void ggufFilesGiveTheSamePicture() {
        const c10::InferenceMode inference;
        ReplacedComponents given;
        const auto add = [&](const std::string& kind, const std::vector<FileTensor>& tensors) {
            const std::string file = path_of(QString::fromStdString(kind + ".gguf"));
            replace_file(file, gguf_file(tensors));
            given.push_back({kind, kind, file, component_hash(file)});
        };
        add(network_kind, with_original_names(network(), ""));
        std::vector<FileTensor> encoder = tensors_of(model, "text_encoder", "model");
        for (FileTensor& tensor : encoder) tensor.name = name_of_llama_cpp(tensor.name);
        add(text_encoder_kind, encoder);
        const auto batch = batch_of(images()[1]);
        const auto pipeline = load_pipeline(model, {}, {.components = given});
        QVERIFY(pictures_of(*pipeline, batch).images().equal(pictures_of(model, batch).images()));
    }

    /// Also those of queries, keys and values in one matrix, and of halves that have changed places.
    void packedBlocksMakeTheSameBytes_data() {
        QTest::addColumn<int>("type");
        for (const Dtype type : {Dtype::Q4_K, Dtype::Q6_K, Dtype::Q8_0})
            QTest::newRow(std::string(name_of(type)).c_str()) << static_cast<int>(type);
    }
    void packedBlocksMakeTheSameBytes() {
        QFETCH(int, type);
        const c10::InferenceMode inference;
        const auto blocks = std::find_if(gguf_blocks().begin(), gguf_blocks().end(), [&](const GgufBlocks& each) {
            return each.dtype == static_cast<Dtype>(type);
        });
        const std::string file = path_of("packed.gguf"), twin = path_of("twin.safetensors");
        replace_file(file, gguf_file(with_original_names(network(), ""), &*blocks));
        replace_file(twin, tensors_file(numbers_in(file)));
        const auto made = [&](const std::string& network, const Weights::Placement& placement) {
            const ReplacedComponent given{network_kind, "given", network, component_hash(network)};
            const auto pipeline = load_pipeline(model, placement, {.components = {given}});
            return pictures_of(*pipeline, batch_of(images()[0])).images();
        };
        const at::Tensor expected = made(twin, {});
        QVERIFY(expected.to(at::kFloat).std().item<double>() > 1);
        QVERIFY(made(file, {}).equal(expected));
        QVERIFY(made(file, {.packed = true}).equal(expected));
        QVERIFY(made(file, {.dtype = at::kBFloat16, .packed = true}).equal(made(file, {.dtype = at::kBFloat16})));
    }

    void lorasChangeThePictureAsInDiffusers_data() {
        QTest::addColumn<QString>("form");
        for (const char* form : {"transformer", "diffusion_model", "kohya"}) QTest::newRow(form) << form;
    }
    void lorasChangeThePictureAsInDiffusers() {
        QFETCH(QString, form);
        const c10::InferenceMode inference;
        const std::string file = data + "../lora/flux_2_" + form.toStdString() + ".safetensors";
        const at::Tensor made = pictures_of(model, batch_of(images()[1]), {}, {lora_in(file, 0.7)}).images();
        const at::Tensor off = (made.to(at::kInt) - golden("lora").to(at::kInt)).abs();
        QVERIFY2(off.max().item<int>() <= 2, std::to_string(off.max().item<int>()).c_str());
        QVERIFY(!made.equal(pictures_of(model, batch_of(images()[1])).images()));
    }

    void trainersNamesMeanTheSame_data() {
        QTest::addColumn<QString>("form");
        QTest::addColumn<QString>("prefix");
        const auto row = [](const char* trainer, const char* form, const char* prefix) {
            QTest::newRow(trainer) << form << prefix;
        };
        row("fal", "diffusion_model", "base_model.model.");
        row("original names alone", "diffusion_model", "");
        row("diffusers' names alone", "transformer", "");
        row("OneTrainer", "transformer", "lora_transformer_");
        row("SimpleTuner's LyCORIS", "transformer", "lycoris_");
    }
    void trainersNamesMeanTheSame() {
        QFETCH(QString, form);
        QFETCH(QString, prefix);
        const c10::InferenceMode inference;
        const std::string stem = data + "../lora/flux_2_" + form.toStdString() + ".safetensors",
                          own = form.toStdString() + ".", file = path_of("renamed.safetensors");
        std::vector<FileTensor> tensors;
        for (FileTensor& tensor : tensors_in(stem)) {
            std::string module = tensor.name.substr(own.size());
            if (prefix.endsWith("_")) {
                const bool is_down = module.find(".lora_A.") != std::string::npos;
                module.resize(module.rfind(".lora_"));
                std::replace(module.begin(), module.end(), '.', '_');
                module += is_down ? ".lora_down.weight" : ".lora_up.weight";
            }
            // Bare names of layers that are not blocks are those of other families, too.
            if (prefix.isEmpty() && module.find("blocks.") == std::string::npos) continue;
            tensor.name = prefix.toStdString() + module;
            tensors.push_back(std::move(tensor));
        }
        replace_file(file, tensors_file(tensors));
        std::string twin = stem;
        if (prefix.isEmpty()) {
            twin = path_of("twin.safetensors");
            for (FileTensor& tensor : tensors) tensor.name.insert(0, own);
            replace_file(twin, tensors_file(tensors));
        }
        const auto batch = batch_of(images()[1]);
        const at::Tensor expected = pictures_of(model, batch, {}, {lora_in(twin, 0.7)}).images();
        QVERIFY(pictures_of(model, batch, {}, {lora_in(file, 0.7)}).images().equal(expected));
    }

    /// diffusers forgets that the last modulation's halves have changed places.
    void aLoraOfTheLastModulationHasItsHalvesSwapped() {
        const c10::InferenceMode inference;
        const auto changed_by = [&](const std::string& module, const std::vector<at::Half>& up) {
            const std::vector<at::Half> down(32, 0.02f);
            const auto bytes = [](const std::vector<at::Half>& numbers) {
                return std::string(reinterpret_cast<const char*>(numbers.data()), 2 * numbers.size());
            };
            const std::string file = path_of("last.safetensors");
            replace_file(file, tensors_file({{module + ".lora_A.weight", "F16", {1, 32}, bytes(down)},
                                             {module + ".lora_B.weight", "F16", {64, 1}, bytes(up)}}));
            return pictures_of(model, batch_of(images()[0]), {}, {lora_in(file, 1)}).images();
        };
        std::vector<at::Half> scale_and_shift(64, 0.5f), shift_and_scale(64, -0.25f);
        for (size_t i = 0; i < 32; ++i) {
            scale_and_shift[32 + i] = -0.25f;
            shift_and_scale[32 + i] = 0.5f;
        }
        const at::Tensor made = changed_by("transformer.norm_out.linear", scale_and_shift);
        QVERIFY(changed_by("diffusion_model.final_layer.adaLN_modulation.1", shift_and_scale).equal(made));
        QVERIFY(!made.equal(pictures_of(model, batch_of(images()[0])).images()));
    }

    void threeFilesAreAModel_data() {
        QTest::addColumn<QString>("ending");
        for (const char* ending : {".safetensors", ".gguf"}) QTest::newRow(ending) << ending;
    }
    void threeFilesAreAModel() {
        QFETCH(QString, ending);
        const c10::InferenceMode inference;
        const std::string file = path_of("flux-2-klein-base" + ending), encoder = path_of("qwen.safetensors"),
                          vae = model + "_vae.safetensors";
        const auto network_tensors = with_original_names(network(), ending == ".gguf" ? "" : "model.diffusion_model.");
        replace_file(file, ending == ".gguf" ? gguf_file(network_tensors) : tensors_file(network_tensors));
        std::vector<FileTensor> encoder_tensors = {qwen_sized_embedding(16, 4)};
        for (FileTensor& tensor : tensors_of(model, "text_encoder", "model"))
            if (tensor.name.find("embed_tokens.") == std::string::npos) encoder_tensors.push_back(std::move(tensor));
        replace_file(encoder, tensors_file(encoder_tensors));
        const ReplacedComponents rest = {{text_encoder_kind, "encoder", encoder, component_hash(encoder)},
                                         {vae_kind, "vae", vae, component_hash(vae)}};
        const auto pipeline = load_pipeline(file, {}, {.components = rest});
        const Json specs = read_json_file(model + "_files.json");
        for (size_t i = 0; i < specs.size(); ++i) {
            const at::Tensor made = pictures_of(*pipeline, batch_of(specs[i])).images();
            const at::Tensor expected = golden_tensor(model + "_files.safetensors", "image." + std::to_string(i));
            QVERIFY((made.to(at::kInt) - expected.to(at::kInt)).abs().max().item<int>() <= 2);
        }
    }

    /// ComfyUI's checkpoints hold all of a model.
    void oneFileIsTheModelOfItsParts() {
        const c10::InferenceMode inference;
        const std::string whole = path_of("flux-2-klein-base-aio.safetensors");
        std::vector<FileTensor> all = with_original_names(network(), "model.diffusion_model.");
        const auto add = [&](std::vector<FileTensor> tensors, const std::string& prefix) {
            for (FileTensor& tensor : tensors) {
                if (tensor.name == "model.embed_tokens.weight" && tensor.shape[0] < 1000) continue;
                tensor.name = prefix + tensor.name;
                all.push_back(std::move(tensor));
            }
        };
        add(tensors_of(model, "text_encoder", "model"), "text_encoders.qwen3_4b.transformer.");
        add({qwen_sized_embedding(16, 4)}, "text_encoders.qwen3_4b.transformer.");
        add(decoder_with_original_names(tensors_in(model + "_vae.safetensors")), "vae.");
        replace_file(whole, tensors_file(all));
        const at::Tensor expected = golden_tensor(model + "_files.safetensors", "image.1");
        const at::Tensor made = pictures_of(whole, batch_of(read_json_file(model + "_files.json")[1])).images();
        QVERIFY((made.to(at::kInt) - expected.to(at::kInt)).abs().max().item<int>() <= 2);
    }

    void otherNetworksAreRefused() {
        const std::string file = path_of("other.safetensors");
        const auto refusal = [&](const std::vector<FileTensor>& tensors) {
            replace_file(file, tensors_file(tensors));
            return error_of([&] {
                load_pipeline(model, {}, {.components = {{network_kind, "other", file, component_hash(file)}}});
            });
        };
        QVERIFY(refusal({{"double_blocks.0.x", "F16", {1}, "ab"}}).find("is not a network of FLUX.2") !=
                std::string::npos);
        std::vector<FileTensor> tensors = network();
        std::erase_if(tensors,
                      [](const FileTensor& tensor) { return tensor.name.starts_with("transformer_blocks.1."); });
        QVERIFY(refusal(with_original_names(tensors, ""))
                    .find("has other layers than the model's own: it has no tensor transformer_blocks.1.") !=
                std::string::npos);
    }

private:
    QTemporaryDir folder_;

    std::string path_of(const QString& name) const { return folder_.filePath(name).toStdString(); }

    static std::vector<FileTensor> network() { return tensors_of(model, "transformer", "diffusion_pytorch_model"); }

    static Lora lora_in(const std::string& file, double weight) {
        return {.name = "made", .file = file, .hash = lora_hash(file, sha256_hex_of_file(file)), .weight = weight};
    }

    static std::vector<std::string> prompts() {
        std::string text;
        for (int i = 0; i < 4; ++i) text += "a cat on a chair, seen from the street, in the light of the evening, ";
        return {"a dog", text};
    }

    static Conditioning texts_told(const ModelFolder& folder) {
        LanguageConditioner conditioner(folder, {}, {.states = flux_2_states(), .with_padding = true}, 48, {});
        return conditioner.conditioning_of({{.text = prompts()[0]}, {.text = prompts()[1]}});
    }
};

FANLIGHT_TEST(TstFlux2Pictures)
#include "tst_flux_2_pictures.moc"
