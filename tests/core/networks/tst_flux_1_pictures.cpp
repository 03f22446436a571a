// FLUX.1 against diffusers and transformers (tests/golden/flux_1.py), float32 on the CPU.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <map>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/checkpoints/component_hash.h"
#include "core/families/flux_1/network/transformer.h"
#include "core/families/flux_1/prompts.h"
#include "core/families/parts/shipped_tokenizers.h"
#include "core/pipelines/language_conditioner.h"
#include "core/pipelines/picture_decoder.h"
#include "tests/core/networks/flow_task.h"
#include "tests/core/networks/golden_models.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/flux_1_files.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string model = flux_1_folder();

constexpr double tolerance = 2e-5;

at::Tensor golden(const std::string& key) { return golden_tensor(model + ".safetensors", key); }

/// `kind`: "dev" or "schnell".
Json images(const std::string& kind = "dev") { return read_json_file(model + ".json")[kind]; }

std::vector<Task> batch_of(const Json& image) {
    std::vector<Task> batch;
    for (size_t i = 0; i < image["prompts"].size(); ++i) {
        ImageTask task = flow_task(image, i);
        task.cfg_floor = most_cfg_scale;
        task.true_cfg_scale = image["true_cfg_scale"];
        task.negative_prompt.reset();
        const auto text = [&](const char* key) { return image[key][i].get<std::string>(); };
        if (image["negative_prompts"].is_array()) task.negative_prompt = text("negative_prompts");
        if (image["negative_prompts_2"].is_array()) task.negative_prompt_2 = text("negative_prompts_2");
        if (image["prompts_2"].is_array()) task.prompt_2 = text("prompts_2");
        batch.push_back(std::move(task));
    }
    return batch;
}

/// Guided, of different lengths, and one that has none.
std::vector<Task> four_prompts() { return batch_of(images()[6]); }

int farthest_apart(const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kInt) - b.to(at::kInt)).abs().max().item<int>();
}

}  // namespace

class TstFlux1Pictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::globalContext().setDeterministicMkldnn(true); }

    void promptsBecomeTheSameTokensAndTheirPaddingIsReadAsText() {
        const c10::InferenceMode inference;
        const ModelFolder folder(model);
        const auto tokenizer = open_wrapped_tokenizer(folder.files(), "tokenizer_2", flux_1_wrap(), &t5_tokenizer);
        const Conditioning told = texts_told(folder);
        QVERIFY(!told.mask.defined());
        QCOMPARE(told.context.size(1), 512);
        for (size_t i = 0; i < prompts().size(); ++i) {
            const at::Tensor ids = golden("ids." + std::to_string(i));
            const Tokenizer::Encoded encoded = tokenizer->encode(prompts()[i]);
            QCOMPARE(std::count(encoded.mask.begin(), encoded.mask.end(), 1), ids.numel());
            QVERIFY(at::tensor(encoded.ids).narrow(0, 0, ids.numel()).equal(ids));
        }
        QVERIFY(difference(told.context.slice(1, 0, 512, 16), golden("states")) < tolerance);
        QVERIFY(difference(told.pooled, golden("pooled")) < tolerance);
    }

    /// The end of the text, too, is within what is read.
    void aPromptIsCutBeforeTheEndOfTheText() {
        const ModelFolder folder(model);
        const auto tokenizer = open_wrapped_tokenizer(folder.files(), "tokenizer_2", flux_1_wrap(), &t5_tokenizer);
        std::string text;
        for (int i = 0; i < 600; ++i) text += "dog ";
        const Tokenizer::Encoded encoded = tokenizer->encode(text), empty = tokenizer->encode("");
        QCOMPARE(encoded.ids.size(), 512);
        QCOMPARE(encoded.ids.back(), empty.ids.front());
        QVERIFY(encoded.ids[510] != encoded.ids.back() && encoded.text_tokens > tokenizer->room());
        QCOMPARE(tokenizer->room(), 511);
    }

    void everyBlockEqualsItsReference() {
        const c10::InferenceMode inference;
        const ModelFolder folder(model);
        const Flux1Config config(folder.config("transformer"));
        const Weights weights = folder.weights("transformer", {});
        const LayerSequence layers(flux_1_layers(config, weights), weights);
        QVERIFY(weights.untaken().empty());

        Conditioning told = texts_told(folder);
        told.numbers = at::tensor({5.0f, 6.0f, 3.5f, 5.0f, 6.0f, 2.0f}).view({2, 3});
        Memory memory;
        for (int round = 0; round < 2; ++round) {  // the second time it remembers the texts
            State state = flux_1_input(golden("x"), 700);
            state.conditioning = &told;
            state.memory = &memory;
            int compared = 0;
            for (const Layer& layer : layers) {
                layer.run(state);
                if (layer.name == "time_text_embed")
                    QVERIFY(difference(state.named.get("temb"), golden("temb")) < tolerance);
                if (layer.name.find("transformer_blocks.") == std::string::npos) continue;
                const at::Tensor expected = golden("block." + layer.name);
                const int64_t tokens = expected.size(1);
                double off = difference(state.hidden.narrow(1, state.hidden.size(1) - tokens, tokens), expected);
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

    /// The folder's network has one; the second has a half each of its norms.
    void headsAreComputedApart() {
        const c10::InferenceMode inference;
        const std::string folder = with_config(
            "two heads", {{"num_attention_heads", 2}, {"attention_head_dim", 16}, {"axes_dims_rope", {4, 6, 6}}});
        std::vector<FileTensor> tensors = flux_1_network_tensors();
        for (FileTensor& tensor : tensors)
            if (tensor.name.find(".attn.norm_") != std::string::npos) {
                tensor.shape[0] /= 2;
                tensor.bytes.resize(tensor.bytes.size() / 2);
            }
        replace_file(folder + "/transformer/diffusion_pytorch_model.safetensors", tensors_file(tensors));
        QVERIFY(difference(flow_of(folder, golden("x")), golden("two_heads")) < tolerance);
    }

    void aNetworkMayLackBlocksOfAKind_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("expected");
        QTest::newRow("double") << "num_layers"
                                << "no_double";
        QTest::newRow("single") << "num_single_layers"
                                << "no_single";
    }
    void aNetworkMayLackBlocksOfAKind() {
        QFETCH(QString, key);
        QFETCH(QString, expected);
        const c10::InferenceMode inference;
        const std::string folder = with_config("without", {{key.toStdString(), 0}});
        QVERIFY(difference(flow_of(folder, golden("x")), golden(expected.toStdString())) < tolerance);
    }

    /// The first of the folder's.
    void latentsMayHaveOtherChannels() {
        const c10::InferenceMode inference;
        const std::string folder = with_config("four channels", {{"in_channels", 16}});
        std::vector<FileTensor> tensors = flux_1_network_tensors();
        for (FileTensor& tensor : tensors) {
            if (tensor.name == "x_embedder.weight") {
                std::string kept;
                for (size_t at = 0; at < tensor.bytes.size(); at += 64 * 2) kept += tensor.bytes.substr(at, 16 * 2);
                tensor.bytes = kept;
                tensor.shape[1] = 16;
            } else if (tensor.name.starts_with("proj_out.")) {
                tensor.bytes.resize(tensor.bytes.size() / 4);
                tensor.shape[0] = 16;
            }
        }
        replace_file(folder + "/transformer/diffusion_pytorch_model.safetensors", tensors_file(tensors));
        QVERIFY(difference(flow_of(folder, golden("x").narrow(1, 0, 4)), golden("four_channels")) < tolerance);
    }

    void latentsAreShiftedBeforeTheyAreDecoded() {
        const c10::InferenceMode inference;
        PictureDecoder decoder(ModelFolder(model), {}, LatentShift::Added);
        QCOMPARE(decoder.latent_shape(24, 20), (std::vector<int64_t>{1, 16, 10, 12}));
        const at::Tensor expected = ((golden("vae") / 2 + 0.5).clamp(0, 1) * 255).round().permute({0, 2, 3, 1});
        QVERIFY(farthest_apart(decoder.decode(golden("x")).images(), expected) <= 1);
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("number");
        for (const char* kind : {"dev", "schnell"})
            for (size_t i = 0; i < images(kind).size(); ++i)
                QTest::addRow("%s %zu", kind, i) << kind << static_cast<int>(i);
    }
    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(QString, kind);
        QFETCH(int, number);
        const c10::InferenceMode inference;
        const Json image = images(kind.toStdString())[static_cast<size_t>(number)];
        std::string folder = model;
        if (kind == "schnell") folder = written_schnell(path_of("schnell"));
        if (image["scheduler"].contains("max_shift")) {
            folder = path_of("shifted");
            std::filesystem::copy(model, folder, std::filesystem::copy_options::recursive);
            const std::string scheduler = folder + "/scheduler/scheduler_config.json";
            Json changed = read_json_file(scheduler);
            changed.update(image["scheduler"]);
            replace_file(scheduler, to_line(changed));
        }
        const Pictures made = pictures_of(folder, batch_of(image));
        const at::Tensor expected = golden(kind.toStdString() + "." + std::to_string(number));
        QCOMPARE(made.images().sizes().vec(), expected.sizes().vec());
        const int off = farthest_apart(made.images(), expected);
        QVERIFY2(off <= 2, std::to_string(off).c_str());
    }

    void neighboursOfOtherLengthsChangeNothing() {
        const c10::InferenceMode inference;
        const auto pipeline = load_pipeline(model, {}, {});
        auto batch = four_prompts();
        for (size_t i = 0; i < batch.size(); ++i)  // and of other guidance
            batch[i].edit<ImageTask>().cfg_scale += static_cast<double>(i);
        const at::Tensor together = pictures_of(*pipeline, batch).images();
        for (size_t i = 0; i < batch.size(); ++i) {
            const at::Tensor alone = pictures_of(*pipeline, {batch[i]}).images();
            QVERIFY(alone[0].equal(together[static_cast<int64_t>(i)]));
        }
    }

    void everyWayToPlaceTheModelMakesTheSameBytes() {
        const c10::InferenceMode inference;
        std::vector<Task> batch = four_prompts();
        for (Task& task : batch) {
            task.edit<ImageTask>().steps = 2;
            task.edit<ImageTask>().cfg_end = 0.5;
        }
        const at::Tensor whole = pictures_of(model, batch).images();
        QVERIFY(pictures_of(*load_pipeline(model, {}, {}, {.brief_encoders = true}), batch).images().equal(whole));
        constexpr int64_t layers = 10;
        for (const std::vector<int64_t>& cuts : std::vector<std::vector<int64_t>>{{2}, {4}, {6}, {3, 8}})
            QVERIFY(send_round(stages_here(model, layers, cuts), {batch}).front().equal(whole));
    }

    void componentsFromFilesGiveTheSamePicture_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {network_kind, "clip", "OpenAI's clip", "t5", vae_kind, "folder"})
            QTest::newRow(kind) << kind;
    }
    void componentsFromFilesGiveTheSamePicture() {
        QFETCH(QString, kind);
        const c10::InferenceMode inference;
        const bool is_folder = kind == "folder", is_encoder = kind.endsWith("clip") || kind == "t5";
        const std::string file = is_folder ? model + "/transformer" : path_of(kind + ".safetensors");
        if (kind == network_kind)
            replace_file(file, tensors_file(flux_1_original_names(flux_1_network_tensors(), "model.diffusion_model.")));
        else if (kind == "OpenAI's clip")
            replace_file(file, tensors_file(flux_1_clip_in_openai_names()));
        else if (is_encoder)
            replace_file(file,
                         tensors_file(tensors_of(model, kind == "t5" ? "text_encoder_2" : "text_encoder", "model")));
        else if (kind == vae_kind)
            replace_file(file, tensors_file(decoder_with_original_names(model)));
        const std::string option = is_folder ? network_kind : is_encoder ? text_encoder_kind : kind.toStdString();
        const auto pipeline = load_pipeline(model, {}, {.components = {{option, "given", file, component_hash(file)}}});
        QVERIFY(pictures_of(*pipeline, batch_of(images()[5])).images().equal(golden_pictures()));
    }

    /// Of published tokenizers' configs some say nothing of it.
    void t5PadsWithItsOwnToken() {
        const std::string folder = path_of("padding"), config = folder + "/tokenizer_2/tokenizer_config.json";
        std::filesystem::copy(model, folder, std::filesystem::copy_options::recursive);
        Json changed = read_json_file(config);
        changed.erase("pad_token");
        replace_file(config, to_line(changed));
        const ModelFolder opened(folder);
        const std::string said =
            error_of([&] { open_wrapped_tokenizer(opened.files(), "tokenizer_2", flux_1_wrap(), &t5_tokenizer); });
        QVERIFY2(said.find("lacks the padding token \"<pad>\"") != std::string::npos, said.c_str());
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
        add(network_kind, flux_1_original_names(flux_1_network_tensors(), ""));
        std::vector<FileTensor> encoder = tensors_of(model, "text_encoder_2", "model");
        for (FileTensor& tensor : encoder) tensor.name = t5_name_of_llama_cpp(tensor.name);
        add(text_encoder_kind, encoder);
        const auto pipeline = load_pipeline(model, {}, {.components = given});
        QVERIFY(pictures_of(*pipeline, batch_of(images()[5])).images().equal(golden_pictures()));
    }

    /// Also those of queries, keys, values and MLP in one matrix, and of halves that have changed places.
    void packedBlocksMakeTheSameBytes_data() {
        QTest::addColumn<int>("type");
        for (const Dtype type : {Dtype::Q5_K, Dtype::Q4_0, Dtype::Q8_0})
            QTest::newRow(std::string(name_of(type)).c_str()) << static_cast<int>(type);
    }
    void packedBlocksMakeTheSameBytes() {
        QFETCH(int, type);
        const c10::InferenceMode inference;
        const auto blocks = std::find_if(gguf_blocks().begin(), gguf_blocks().end(), [&](const GgufBlocks& each) {
            return each.dtype == static_cast<Dtype>(type);
        });
        const std::string file = path_of("packed.gguf"), twin = path_of("twin.safetensors");
        replace_file(file, gguf_file(flux_1_original_names(flux_1_network_tensors(), ""), &*blocks));
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
    }

    void lorasChangeThePictureAsInDiffusers_data() {
        QTest::addColumn<QString>("form");
        for (const char* form : {"transformer", "diffusion_model", "kohya", "xlabs"}) QTest::newRow(form) << form;
    }
    void lorasChangeThePictureAsInDiffusers() {
        QFETCH(QString, form);
        const c10::InferenceMode inference;
        const std::string file = source_path("/tests/golden/data/lora/flux_1_" + form.toStdString() + ".safetensors");
        const auto batch = batch_of(images()[0]);
        const at::Tensor made = pictures_of(model, batch, {}, {lora_in(file, 0.7)}).images();
        const int off = farthest_apart(made, golden("lora." + form.toStdString()));
        QVERIFY2(off <= 2, std::to_string(off).c_str());
        QVERIFY(!made.equal(pictures_of(model, batch).images()));
    }

    void trainersNamesMeanTheSame_data() {
        QTest::addColumn<QString>("form");
        QTest::addColumn<QString>("prefix");
        QTest::newRow("fal") << "diffusion_model"
                             << "base_model.model.";
        QTest::newRow("OneTrainer") << "transformer"
                                    << "lora_transformer_";
        QTest::newRow("SimpleTuner's LyCORIS") << "transformer"
                                               << "lycoris_";
    }
    void trainersNamesMeanTheSame() {
        QFETCH(QString, form);
        QFETCH(QString, prefix);
        const c10::InferenceMode inference;
        const std::string stem = "flux_1_" + form.toStdString(), own = form.toStdString() + ".",
                          folder = source_path("/tests/golden/data/lora"), file = path_of("renamed.safetensors");
        std::vector<FileTensor> tensors;
        for (const auto& [key, tensor] : open_weights_file(folder + "/" + stem + ".safetensors").tensors) {
            const bool is_of_network = key.starts_with(own);  // those of CLIP keep their names
            std::string module = is_of_network ? prefix.toStdString() + key.substr(own.size()) : key;
            if (is_of_network && prefix.endsWith("_")) {
                module.resize(module.rfind(".lora_"));
                std::replace(module.begin(), module.end(), '.', '_');
                module += key.find(".lora_A.") != std::string::npos ? ".lora_down.weight" : ".lora_up.weight";
            }
            tensors.push_back({module, std::string(name_of(tensor.entry.dtype)), tensor.entry.shape,
                               std::string(tensor.entry.bytes)});
        }
        replace_file(file, tensors_file(tensors));
        const auto batch = batch_of(images()[0]);
        const at::Tensor expected =
            pictures_of(model, batch, {}, {lora_in(folder + "/" + stem + ".safetensors", 0.7)}).images();
        QVERIFY(pictures_of(model, batch, {}, {lora_in(file, 0.7)}).images().equal(expected));
    }

    void fourFilesAreAModel_data() {
        QTest::addColumn<QString>("ending");
        QTest::addColumn<QString>("kind");
        for (const char* ending : {".safetensors", ".gguf"})
            for (const char* kind : {"dev", "schnell"}) QTest::addRow("%s, %s", ending, kind) << ending << kind;
    }
    void fourFilesAreAModel() {
        QFETCH(QString, ending);
        QFETCH(QString, kind);
        const c10::InferenceMode inference;
        const Flux1Files files = write_flux_1_files(path_of("tree"), ending.toStdString(), kind.toStdString());
        const ReplacedComponents rest = {{text_encoder_kind, "clip", files.clip, component_hash(files.clip)},
                                         {text_encoder_kind, "t5", files.t5, component_hash(files.t5)},
                                         {vae_kind, "vae", files.vae, component_hash(files.vae)}};
        const auto pipeline = load_pipeline(files.network, {}, {.components = rest});
        const Json specs = read_json_file(model + "_files.json")[kind.toStdString()];
        for (size_t i = 0; i < specs.size(); ++i) {
            const at::Tensor expected =
                golden_tensor(model + "_files.safetensors", kind.toStdString() + "." + std::to_string(i));
            const int off = farthest_apart(pictures_of(*pipeline, batch_of(specs[i])).images(), expected);
            QVERIFY2(off <= 2, std::to_string(off).c_str());
        }
    }

    /// ComfyUI's checkpoints hold all of a model.
    void oneFileIsTheSameModelAsItsParts() {
        const c10::InferenceMode inference;
        const std::string whole = path_of("flux1-dev-fp16.safetensors");
        write_flux_1_checkpoint(whole);
        const Flux1Files files = write_flux_1_files(path_of("parts"), ".safetensors");
        const auto batch = batch_of(images()[0]);
        const auto parts =
            load_pipeline(files.network, {},
                          {.components = {{text_encoder_kind, "clip", files.clip, component_hash(files.clip)},
                                          {text_encoder_kind, "t5", files.t5, component_hash(files.t5)},
                                          {vae_kind, "vae", files.vae, component_hash(files.vae)}}});
        QVERIFY(pictures_of(whole, batch).images().equal(pictures_of(*parts, batch).images()));
    }

    void otherNetworksAreRefused() {
        const std::string file = path_of("other.safetensors");
        const auto refusal = [&](const std::vector<FileTensor>& tensors) {
            replace_file(file, tensors_file(tensors));
            return error_of([&] {
                load_pipeline(model, {}, {.components = {{network_kind, "other", file, component_hash(file)}}});
            });
        };
        QVERIFY(refusal({{"double_stream_modulation_img.lin.weight", "F16", {1}, "ab"}})
                    .find("is not a network of FLUX.1") != std::string::npos);
        std::vector<FileTensor> tensors = flux_1_network_tensors();
        std::erase_if(tensors,
                      [](const FileTensor& tensor) { return tensor.name.starts_with("transformer_blocks.1."); });
        QVERIFY(refusal(flux_1_original_names(tensors, ""))
                    .find("has other layers than the model's own: it has no tensor transformer_blocks.1.") !=
                std::string::npos);
    }

private:
    QTemporaryDir folder_;

    std::string path_of(const QString& name) const { return folder_.filePath(name).toStdString(); }

    /// The folder's copy, whose network has another config. Returns the copy.
    std::string with_config(const QString& name, const Json& change) const {
        const std::string folder = path_of(name), config = folder + "/transformer/config.json";
        std::filesystem::remove_all(folder);
        std::filesystem::copy(model, folder, std::filesystem::copy_options::recursive);
        Json changed = read_json_file(config);
        changed.update(change);
        replace_file(config, to_line(changed));
        return folder;
    }

    /// What the folder's network makes of latents.
    static at::Tensor flow_of(const std::string& folder, const at::Tensor& x) {
        const ModelFolder opened(folder);
        const Weights weights = opened.weights("transformer", {});
        const LayerSequence layers(flux_1_layers(Flux1Config(opened.config("transformer")), weights), weights);
        Conditioning told = texts_told(opened);
        told.numbers = at::tensor({5.0f, 6.0f, 3.5f, 5.0f, 6.0f, 2.0f}).view({2, 3});
        Memory memory;
        State state = flux_1_input(x, 700);
        state.conditioning = &told;
        state.memory = &memory;
        layers.run(state);
        return state.hidden;
    }

    /// Of the list's sixth entry, by the model as its folder has it.
    static at::Tensor golden_pictures() { return pictures_of(model, batch_of(images()[5])).images(); }

    static Lora lora_in(const std::string& file, double weight) {
        return {.name = "made", .file = file, .hash = lora_hash(file, sha256_hex_of_file(file)), .weight = weight};
    }

    static std::vector<std::string> prompts() {
        std::string text;
        for (int i = 0; i < 4; ++i) text += "a cat on a chair, seen from the street, in the light of the evening, ";
        return {"a dog", text};
    }

    static Conditioning texts_told(const ModelFolder& folder) {
        LanguageConditioner conditioner(folder, {},
                                        {.component = "text_encoder_2",
                                         .tokenizer = "tokenizer_2",
                                         .states = {-1},
                                         .with_padding = true,
                                         .attends_padding = true,
                                         .pooled_by = flux_1_clip()},
                                        32, {});
        return conditioner.conditioning_of({{.text = prompts()[0]}, {.text = prompts()[1]}});
    }
};

FANLIGHT_TEST(TstFlux1Pictures)
#include "tst_flux_1_pictures.moc"
