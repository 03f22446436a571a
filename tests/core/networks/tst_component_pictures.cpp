// Pictures with components in place of the model's own, against diffusers' (tests/golden/components.py), float32 on the
// CPU; and with the model's own, named as such, against those without.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/checkpoints/component_hash.h"
#include "core/models/autoencoder_tiny.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/places.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data"), kept = data / "components";
const fs::path first = data / "pipelines/sd1", xl = data / "pipelines/sdxl";

ReplacedComponent given(const char* kind, const fs::path& path) {
    return {kind, path.filename().string(), path.string(), component_hash(path)};
}
ReplacedComponent unet(const fs::path& path) { return given(network_kind, path); }
ReplacedComponent vae(const fs::path& path) { return given(vae_kind, path); }
ReplacedComponent encoder(const fs::path& path) { return given(text_encoder_kind, path); }

ImageTask dog(const std::string& sampler) { return {"a dog", "bad", 40, 4, 5.0, 32, 32, sampler, "default", 0}; }
std::string sampler_of(const fs::path& model) {
    const std::string name = model.stem().string();
    return name == "sdxl" ? "euler" : name == "sd2" ? "ddim" : "pndm";
}

at::Tensor picture_of(const fs::path& model, const std::string& sampler, const ReplacedComponents& components,
                      const Weights::Placement& placement = {}) {
    const c10::InferenceMode inference;
    const auto pipeline = load_pipeline(model, placement, {.components = components});
    return pictures_of(*pipeline, {dog(sampler)}).images().to(at::kInt);
}

at::Tensor picture(const fs::path& model, const ReplacedComponents& components,
                   const Weights::Placement& placement = {}) {
    return picture_of(model, sampler_of(model), components, placement);
}

int difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<int>(); }

Weights golden() { return Weights::open(kept / "golden.safetensors", {}); }

std::string refusal(const fs::path& model, const ReplacedComponents& components) {
    return error_of([&] { picture(model, components); });
}

}  // namespace

class TstComponentPictures : public QObject {
    Q_OBJECT

    fs::path in_folder(const std::string& name) const {
        return folder_.filePath(QString::fromStdString(name)).toStdString();
    }

    /// The tensors of the single file `model` below the prefix, without it, as a file of their own.
    fs::path part_of(const std::string& model, const std::string& prefix) const {
        const fs::path whole = in_folder(model + ".safetensors"), part = in_folder(model + "-part.safetensors");
        write_single_file(model, whole);
        const std::string bytes = read_file(whole);
        uint64_t length = 0;
        std::memcpy(&length, bytes.data(), sizeof length);
        const Json header = Json::parse(bytes.substr(8, length));
        Json own = Json::object();
        for (const auto& [name, tensor] : header.items())
            if (name.starts_with(prefix)) own[name.substr(prefix.size())] = tensor;
        std::string kept_data;
        for (auto& [name, tensor] : own.items()) {
            const size_t begin = tensor["data_offsets"][0], end = tensor["data_offsets"][1];
            tensor["data_offsets"] = {kept_data.size(), kept_data.size() + end - begin};
            kept_data += bytes.substr(8 + length + begin, end - begin);
        }
        write_bytes(part, safetensors_bytes(own.dump(), kept_data));
        return part;
    }

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<ReplacedComponents>("components");
        QTest::addColumn<fs::path>("model");
        QTest::addColumn<std::string>("expected");
        const auto row = [](const char* name, const fs::path& model, const char* expected,
                            const ReplacedComponents& components) {
            QTest::newRow(name) << components << model << std::string(expected);
        };
        row("none", first, "first", {});
        row("none, XL", xl, "xl", {});
        row("a VAE's folder", first, "vae", {vae(kept / "vae")});
        row("a VAE with original names", first, "vae_original", {vae(kept / "vae_original.safetensors")});
        row("a VAE's file alone", first, "vae_original", {vae(kept / "vae/diffusion_pytorch_model.safetensors")});
        row("a tiny VAE's folder", first, "tiny", {vae(kept / "tiny")});
        row("a tiny VAE's file alone", first, "tiny", {vae(kept / "tiny/diffusion_pytorch_model.safetensors")});
        row("a tiny VAE with original names", first, "tiny", {vae(kept / "tiny_original.safetensors")});
        row("a tiny VAE, XL", xl, "xl_tiny", {vae(kept / "tiny")});
        row("a text encoder", first, "clip", {encoder(kept / "clip.safetensors")});
        row("a text encoder with a projection", xl, "open_clip", {encoder(kept / "open_clip")});
        row("the same as a file", xl, "open_clip", {encoder(kept / "open_clip/model.safetensors")});
        row("both", xl, "both", {encoder(kept / "open_clip"), encoder(kept / "clip.safetensors")});
    }
    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(ReplacedComponents, components);
        QFETCH(fs::path, model);
        QFETCH(std::string, expected);
        const at::Tensor theirs = golden().take(expected, {1, 32, 32, 3}).to(at::kInt);
        const int off = difference(picture(model, components), theirs);
        qInfo("largest difference: %d of 255", off);
        QVERIFY2(off <= 2, std::to_string(off).c_str());
        const at::Tensor without = golden().take(model == xl ? "xl" : "first", {1, 32, 32, 3}).to(at::kInt);
        if (!components.empty()) QVERIFY(difference(theirs, without) > 5);  // it changes something
    }

    void aTinyVaeDecodesLikeDiffusers() {
        const c10::InferenceMode inference;
        const Weights weights = Weights::open(kept / "tiny/diffusion_pytorch_model.safetensors", {});
        const AutoencoderTiny tiny(weights, read_json_file(kept / "tiny/config.json"));
        const at::Tensor latents = golden().take("latents", {2, 4, 5, 6});
        const at::Tensor expected = golden().take("decoded", {2, 3, 20, 24}), made = tiny.decode(latents);
        qInfo("largest difference: %g", (made - expected).abs().max().item<double>());
        QVERIFY((made - expected).abs().max().item<double>() < 1e-5);
    }

    void theModelsOwnComponentsMakeTheSameBytes_data() {
        QTest::addColumn<ReplacedComponents>("components");
        QTest::addColumn<fs::path>("model");
        const std::string weights = "diffusion_pytorch_model.safetensors";
        for (const auto& [model, name] :
             {std::pair(first, "1"), std::pair(data / "pipelines/sd2", "2"), std::pair(xl, "XL")}) {
            QTest::addRow("the UNet's folder, %s", name) << ReplacedComponents{unet(model / "unet")} << model;
            QTest::addRow("the UNet's file, %s", name) << ReplacedComponents{unet(model / "unet" / weights)} << model;
            QTest::addRow("the VAE's folder, %s", name) << ReplacedComponents{vae(model / "vae")} << model;
            QTest::addRow("the VAE's file, %s", name) << ReplacedComponents{vae(model / "vae" / weights)} << model;
            QTest::addRow("the text encoder, %s", name) << ReplacedComponents{encoder(model / "text_encoder")} << model;
            QTest::addRow("the text encoder's file, %s", name)
                << ReplacedComponents{encoder(model / "text_encoder/model.safetensors")} << model;
        }
        QTest::newRow("the second text encoder")
            << ReplacedComponents{encoder(xl / "text_encoder_2/model.safetensors")} << xl;
    }
    void theModelsOwnComponentsMakeTheSameBytes() {
        QFETCH(ReplacedComponents, components);
        QFETCH(fs::path, model);
        QVERIFY(at::equal(picture(model, components), picture(model, {})));
    }

    void originalNamesMakeTheSameBytes_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("prefix");
        QTest::newRow("UNet, 1") << "sd1"
                                 << "model.diffusion_model.";
        QTest::newRow("UNet, 2") << "sd2"
                                 << "model.diffusion_model.";
        QTest::newRow("UNet, XL") << "sdxl"
                                  << "model.diffusion_model.";
        QTest::newRow("VAE, 1") << "sd1"
                                << "first_stage_model.";
        QTest::newRow("VAE, 2") << "sd2"
                                << "first_stage_model.";
        QTest::newRow("VAE, XL") << "sdxl"
                                 << "first_stage_model.";
        QTest::newRow("CLIP, 1") << "sd1"
                                 << "cond_stage_model.transformer.";
        QTest::newRow("OpenCLIP, 2") << "sd2"
                                     << "cond_stage_model.model.";
        QTest::newRow("CLIP, XL") << "sdxl"
                                  << "conditioner.embedders.0.transformer.";
        QTest::newRow("OpenCLIP, XL") << "sdxl"
                                      << "conditioner.embedders.1.model.";
    }
    void originalNamesMakeTheSameBytes() {
        QFETCH(QString, model);
        QFETCH(QString, prefix);
        const fs::path part = part_of(model.toStdString(), prefix.toStdString());
        const fs::path whole = in_folder(model.toStdString() + ".safetensors");
        const char* kind = prefix == "first_stage_model."       ? vae_kind
                           : prefix == "model.diffusion_model." ? network_kind
                                                                : text_encoder_kind;
        const at::Tensor expected = picture(whole, {});
        QVERIFY(at::equal(picture(whole, {given(kind, part)}), expected));
        QVERIFY(at::equal(picture(whole, {given(kind, whole)}), expected));  // of XL, both encoders
    }

    void aFileWithoutAVaeTakesAnothers() {
        for (const char* name : {"sd1", "sd2", "sdxl"}) {
            const fs::path whole = in_folder(std::string(name) + ".safetensors"),
                           rest = in_folder(std::string("rest-") + name + ".safetensors");
            const fs::path part = part_of(name, "first_stage_model.");
            write_bytes(rest, without_tensors(read_file(whole), {"first_stage_model."}));
            QVERIFY2(refusal(rest, {}).find("lacks the tensors decoder.") != std::string::npos,
                     refusal(rest, {}).c_str());
            const at::Tensor expected = picture_of(whole, sampler_of(whole), {}),
                             made = picture_of(rest, sampler_of(whole), {vae(part)});
            QVERIFY(at::equal(made, expected));
        }
    }

    /// Of a Latent Consistency Model: it takes the guidance scale as an input, and its file alone says so.
    void aNetworkMakesTheSameBytesAsInItsModel() {
        const fs::path model = in_folder("lcm"), file = model / "unet/diffusion_pytorch_model.safetensors";
        fs::copy(first, model, fs::copy_options::recursive);
        std::string values;  // float16, 1 and -1
        for (int i = 0; i < 16 * 8; ++i) values += i % 3 == 0 ? std::string("\x00\x3c", 2) : std::string("\x00\xbc", 2);
        const Json own = read_json_file(model / "unet/config.json");
        const int64_t width = own.at("block_out_channels").at(0);
        QCOMPARE(width, int64_t{16});
        write_bytes(file, with_tensor(read_file(file), "time_embedding.cond_proj.weight", {width, 8}, values));
        Json config = own;
        config["time_cond_proj_dim"] = 8;
        write_bytes(model / "unet/config.json", to_line(config));
        const at::Tensor expected = picture(model, {});
        QVERIFY(difference(expected, picture(first, {})) > 5);
        QVERIFY(at::equal(picture(first, {unet(model / "unet")}), expected));
        QVERIFY(at::equal(picture(first, {unet(file)}), expected));
    }

    void everyModeMakesTheSameBytes() {
        const ReplacedComponents components = {unet(first / "unet/diffusion_pytorch_model.safetensors"),
                                               vae(kept / "vae_original.safetensors"),
                                               encoder(kept / "clip.safetensors")};
        const at::Tensor whole = picture(first, components);
        Weights::Placement fetched;
        fetched.device_map.emplace_back("", "disk");
        QVERIFY(at::equal(picture(first, components, fetched), whole));
        const c10::InferenceMode inference;
        std::vector<StageHere> stages;
        const Recipe recipe{.components = components};
        const int64_t layers = describe_model(first, {.width = 32, .height = 32}).layers.size();
        for (const bool is_first : {true, false}) {
            const Part part{
                .layers = is_first ? LayerRange{0, 2} : LayerRange{2, layers}, .first = is_first, .last = !is_first};
            stages.push_back({load_pipeline(first, {}, recipe, part), at::kCPU});
        }
        QVERIFY(at::equal(send_round(stages, {{dog("pndm")}}).front().to(at::kInt), whole));
    }

    void allTensorsThatDoNotFitAreToldAtOnce() {
        const fs::path model = in_folder("misfit"), file = model / "unet/diffusion_pytorch_model.safetensors";
        fs::copy(first, model, fs::copy_options::recursive);
        std::string bytes = without_tensors(read_file(file), {"conv_norm_out.", "mid_block.resnets."});
        bytes = with_tensor(with_tensor(bytes, "extra.0.weight", {1}, "ab"), "extra.1.weight", {1}, "ab");
        bytes = with_tensor(bytes, "conv_norm_out.bias", {1}, "ab");
        write_bytes(file, bytes);
        const std::string sentence = refusal(model, {});
        QVERIFY2(sentence.starts_with((model / "unet").string() +
                                      " and its config.json belong to different models: it lacks the tensors"),
                 sentence.c_str());
        for (const char* part : {"conv_norm_out.weight", "mid_block.resnets.*.conv1.weight (2)",
                                 "these have another shape: conv_norm_out.bias: [1] instead of [16]",
                                 "it also holds the tensors extra.*.weight (2)."})
            QVERIFY2(sentence.find(part) != std::string::npos, (part + (" in: " + sentence)).c_str());
        // Of each stage, its own.
        const c10::InferenceMode inference;
        const std::string of_stage = error_of([&] {
            load_pipeline(model, {}, {}, Part{.layers = LayerRange{0, 2}, .first = true, .last = false});
        });
        QVERIFY2(of_stage.find("extra.*.weight (2)") != std::string::npos, of_stage.c_str());
        QVERIFY2(of_stage.find("conv_norm_out") == std::string::npos, of_stage.c_str());
    }

    void aChangedFileIsRefused() {
        ReplacedComponent changed = vae(kept / "vae");
        changed.hash[0] ^= 1;
        const std::string sentence = refusal(first, {changed});
        QVERIFY2(sentence.find("has changed since the run was begun") != std::string::npos, sentence.c_str());
    }

private:
    QTemporaryDir folder_;
};

FANLIGHT_TEST(TstComponentPictures)
#include "tst_component_pictures.moc"
