// What is refused in place of a model's component, and what is told of what is not.

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/families/families.h"
#include "tests/support/places.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data"), kept = data / "components";
const fs::path first = data / "pipelines/sd1", xl = data / "pipelines/sdxl", flux = data / "pipelines/flux_1",
               z_image = data / "pipelines/z_image";

ReplacedComponent vae(const fs::path& path) { return {vae_kind, path.filename().string(), path.string(), ""}; }
ReplacedComponent unet(const fs::path& path) { return {network_kind, path.filename().string(), path.string(), ""}; }
ReplacedComponent encoder(const fs::path& path) {
    return {text_encoder_kind, path.filename().string(), path.string(), ""};
}

KnownModel with(const fs::path& path, const ReplacedComponents& components) {
    KnownModel model = open_model_files(path);
    replace_components(model, components);
    return model;
}

std::string refusal(const fs::path& model, const ReplacedComponents& components) {
    return error_of([&] { with(model, components); });
}

/// A tensor of zeros.
std::string with_zeros(const std::string& file, const std::string& name, const std::vector<int64_t>& shape) {
    size_t bytes = 2;
    for (const int64_t size : shape) bytes *= static_cast<size_t>(size);
    return with_tensor(file, name, shape, std::string(bytes, '\0'));
}

}  // namespace

class TstGivenComponents : public QObject {
    Q_OBJECT

    fs::path written(const std::string& name, const std::string& bytes) const {
        const fs::path file = folder_.filePath(QString::fromStdString(name)).toStdString();
        write_bytes(file, bytes);
        return file;
    }

    /// A copy of a folder with other values in its config.
    fs::path changed(const fs::path& folder, const std::string& name, const Json& values) const {
        const fs::path copy = folder_.filePath(QString::fromStdString(name)).toStdString();
        fs::copy(folder, copy);
        Json config = read_json_file(copy / "config.json");
        config.merge_patch(values);
        write_bytes(copy / "config.json", to_line(config));
        return copy;
    }

    void refused(const fs::path& model, const ReplacedComponent& component, const std::string& part) const {
        const std::string sentence = refusal(model, {component});
        QVERIFY2(sentence.starts_with(component.file), sentence.c_str());
        QVERIFY2(sentence.find(part) != std::string::npos, sentence.c_str());
    }

private Q_SLOTS:
    void otherFilesAreRefusedByName() {
        refused(first, vae(data / "lora/kohya.safetensors"), "is a LoRA, which goes with --lora");
        refused(first, encoder(data / "lora/kohya.safetensors"), "is a LoRA, which goes with --lora");
        refused(first, vae(kept / "clip.safetensors"), "is a text encoder, which goes with --text-encoder");
        // Its layers are called as a tiny VAE's.
        refused(flux, vae(flux / "text_encoder"), "is a text encoder, which goes with --text-encoder");
        refused(flux, vae(flux / "text_encoder_2"), "is a text encoder, which goes with --text-encoder");
        refused(first, encoder(kept / "vae"), "is a VAE, which goes with --vae");
        refused(first, encoder(kept / "vae_original.safetensors"), "is a VAE, which goes with --vae");
        refused(first, vae(first / "unet/diffusion_pytorch_model.safetensors"), "is a UNet");
        const std::string nothing = safetensors_bytes("{}", "");
        const fs::path empty = written("empty.safetensors", nothing),
                       t5 = written("t5.safetensors", with_zeros(nothing, "encoder.block.0.x", {1})),
                       half = written("half.safetensors", with_zeros(nothing, "encoder.layers.0.weight", {1}));
        refused(first, vae(empty), "is not a VAE: it has none of the tensors first_stage_model.decoder.up.0");
        refused(first, encoder(empty), "is not a text encoder: it has none of the tensors text_model.embeddings");
        refused(first, encoder(t5), "is a T5 text encoder");
        refused(first, vae(half), "is the encoder of a tiny VAE without its decoder");
        std::string encoder_half = nothing;  // as TAESD's author names it
        for (const char* name : {"0.weight", "1.conv.0.weight", "2.weight", "3.conv.0.weight"})
            encoder_half = with_zeros(encoder_half, name, {1});
        refused(first, vae(written("taesd_encoder.safetensors", encoder_half)),
                "is the encoder of a tiny VAE without its decoder");
    }

    void decodersOfOtherLatentsAreRefused() {
        refused(first, vae(changed(kept / "vae", "sixteen", {{"latent_channels", 16}})),
                "is a VAE of 16 latent channels, and the model has 4");
        refused(first, vae(changed(kept / "tiny", "tiny sixteen", {{"latent_channels", 16}})),
                "is a VAE of 16 latent channels, and the model has 4");
        const std::string own =
            without_tensors(read_file(kept / "vae_original.safetensors"), {"decoder.conv_in.weight"});
        refused(first, vae(written("wide.safetensors", with_zeros(own, "decoder.conv_in.weight", {8, 16, 3, 3}))),
                "is a VAE of 16 latent channels, and the model has 4");
        // Of FLUX.2's own, not of the squares of them that its network sees.
        refused(data / "pipelines/flux_2", vae(changed(kept / "vae", "sixteen of FLUX.1", {{"latent_channels", 16}})),
                "is a VAE of 16 latent channels, and the model has 8");
        const std::string small = read_file(kept / "tiny_original.safetensors");
        refused(first, vae(written("coarse.safetensors", without_tensors(small, {"8.", "9.", "10.", "11."}))),
                "is a VAE that makes 2 pixels in each direction of a latent one, and the model's makes 4");
    }

    void aVaeOfAnotherFamilyIsRefused() {
        refused(first, vae(xl / "vae"), "is a VAE of Stable Diffusion XL, and the model is of Stable Diffusion 1 or 2");
        refused(xl, vae(first / "vae"), "is a VAE of Stable Diffusion 1 or 2, and the model is of Stable Diffusion XL");
        const fs::path checkpoint = folder_.filePath("checkpoint.safetensors").toStdString();
        const fs::path model = folder_.filePath("model.safetensors").toStdString();
        write_single_file("sdxl", checkpoint);
        write_single_file("sd2", model);
        refused(model, vae(checkpoint), "is a VAE of Stable Diffusion XL");
    }

    void aFolderMustBelongTogether() {
        refused(first, vae(changed(kept / "vae", "called tiny", {{"_class_name", "AutoencoderTiny"}})),
                "its config.json is of another VAE than its weights");
        refused(first, vae(changed(kept / "vae", "of a film", {{"_class_name", "AutoencoderKLWan"}})),
                "is a VAE of the class \"AutoencoderKLWan\"");
        refused(first, vae(changed(kept / "tiny", "silu", {{"act_fn", "silu"}})), "\"act_fn\" is \"silu\"");
        refused(first, vae(changed(kept / "vae", "no blocks", {{"block_out_channels", Json::array()}})),
                "block_out_channels must list");
    }

    void textEncodersOfOtherWidthsAreRefused() {
        refused(first, encoder(kept / "open_clip"), "is a text encoder of width 24, and the model's are of width 32");
        refused(xl, encoder(data / "pipelines/sd2/text_encoder"),
                "is a text encoder of 3 layers, and the model's has 4");
        const std::string own = read_file(kept / "open_clip/model.safetensors");
        refused(
            xl, encoder(written("no-projection.safetensors", without_tensors(own, {"text_projection"}))),
            "has no tensor text_projection.weight, with which the model's text_encoder_2 reads a text as one vector");
        refused(first,
                encoder(written("short.safetensors", without_tensors(read_file(kept / "clip.safetensors"),
                                                                     {"text_model.encoder.layers.1."}))),
                "is a text encoder of 1 layers, and the model's has 3");
        const std::string tokens = "text_model.embeddings.token_embedding.weight";
        const std::string clip = without_tensors(read_file(kept / "clip.safetensors"), {tokens});
        refused(first, encoder(written("words.safetensors", with_zeros(clip, tokens, {20, 32}))), "knows other words");
    }

    void networksOfAnotherKindAreRefused() {
        const fs::path weights = "unet/diffusion_pytorch_model.safetensors";
        refused(first, unet(data / "lora/kohya.safetensors"), "is a LoRA, which goes with --lora");
        refused(first, unet(kept / "vae"), "is a VAE, which goes with --vae");
        refused(first, unet(kept / "clip.safetensors"), "is a text encoder, which goes with --text-encoder");
        const std::string nothing = safetensors_bytes("{}", ""), own = read_file(first / weights);
        refused(first, unet(written("no-unet.safetensors", nothing)),
                "is not a UNet: it has none of the tensors model.diffusion_model.input_blocks.0.0.weight");
        refused(first, unet(written("control.safetensors", with_zeros(own, "controlnet_cond_embedding.x", {1}))),
                "is a ControlNet");
        refused(first, unet(written("flow.safetensors", with_zeros(nothing, "double_blocks.0.x", {1}))),
                "is the network of a model that is no Stable Diffusion");
        for (const fs::path& file : {xl / "unet", xl / weights})
            refused(first, unet(file), "is a UNet that reads texts of width 56, and the model's reads those of 32");
        refused(first, unet(changed(first / "unet", "nine", {{"in_channels", 9}})),
                "is a UNet of 9 channels of input, and the model's has 4");
        refused(first, unet(changed(first / "unet", "film", {{"_class_name", "UNet3DConditionModel"}})),
                "is a network of the class \"UNet3DConditionModel\"");
        refused(first, unet(written("less.safetensors", without_tensors(own, {"conv_norm_out.bias"}))),
                "has other layers than the model's own: it has no tensor conv_norm_out.bias");
        refused(first, unet(written("more.safetensors", with_zeros(own, "extra.weight", {1}))),
                "it has the tensor extra.weight besides");
        refused(first,
                unet(written("other.safetensors",
                             with_zeros(without_tensors(own, {"conv_norm_out.bias"}), "conv_norm_out.bias", {3}))),
                "its tensor conv_norm_out.bias has another shape");
    }

    void transformersOfAnotherKindAreRefused() {
        const std::string nothing = safetensors_bytes("{}", "");
        refused(flux, unet(z_image / "transformer"), "is a network of Z-Image, and the model is of FLUX.1");
        refused(z_image, unet(flux / "transformer"), "is a network of FLUX.1, and the model is of Z-Image");
        refused(z_image, unet(first / "unet"), "is a network of Stable Diffusion, and the model is of Z-Image");
        for (const auto& [key, title] : {std::pair("blocks.0.cross_attn.k.weight", "Wan"),
                                         {"layers.0.adaLN_modulation.1.weight", "Lumina 2"},
                                         {"joint_blocks.0.x_block.attn.qkv.weight", "Stable Diffusion 3"},
                                         {"transformer_blocks.0.img_mod.1.weight", "Qwen-Image"},
                                         {"model.diffusion_model.patchify_proj.weight", "LTX-Video"}}) {
            const fs::path file = written(std::string(title) + ".safetensors", with_zeros(nothing, key, {1, 1}));
            refused(flux, unet(file), "is a network of " + std::string(title) + ", and the model is of FLUX.1");
            const std::string alone = error_of([&] { open_model_files(file); });
            QVERIFY2(alone.find(std::string(title) + ", which is not supported") != std::string::npos, alone.c_str());
        }
        refused(flux, unet(flux / "vae"), "is a VAE, which goes with --vae");
        refused(z_image, unet(z_image / "text_encoder"), "is a text encoder, which goes with --text-encoder");
        refused(flux, unet(data / "lora/flux_1_kohya.safetensors"), "is a LoRA, which goes with --lora");
    }

    void transformersForOtherWorkAreRefusedByName() {
        const fs::path weights = "transformer/diffusion_pytorch_model.safetensors";
        const std::string own = read_file(flux / weights), input = "x_embedder.weight";
        refused(flux, unet(written("flux1-kontext-dev.safetensors", own)), "is FLUX.1 Kontext");
        fs::copy(flux / "transformer", written("FLUX.1-Kontext-dev/x", "").parent_path() / "transformer");
        refused(flux, unet(folder_.filePath("FLUX.1-Kontext-dev/transformer").toStdString()), "is FLUX.1 Kontext");
        refused(flux, unet(written("fill.safetensors", with_zeros(without_tensors(own, {input}), input, {32, 384}))),
                "reads pictures, as FLUX.1 Fill, Depth and Canny do");
        refused(flux, unet(written("union.safetensors", with_zeros(own, "controlnet_blocks.0.weight", {1}))),
                "is a ControlNet");
        const std::string turbo = read_file(z_image / weights);
        refused(z_image, unet(written("z_image_edit_bf16.safetensors", turbo)), "is Z-Image Edit");
        refused(z_image, unet(written("control.safetensors", with_zeros(turbo, "control_layers.0.x", {1}))),
                "is a ControlNet");
        refused(z_image, unet(written("omni.safetensors", with_zeros(turbo, "siglip_embedder.0.weight", {1}))),
                "is a network of Z-Image that also reads pictures");
    }

    void twoCannotTakeOnePlace() {
        const std::string sentence =
            refusal(first, {encoder(kept / "clip.safetensors"), encoder(first / "text_encoder")});
        QCOMPARE(sentence, (kept / "clip.safetensors").string() + " and " + (first / "text_encoder").string() +
                               " would both take the place of the model's text_encoder; give one of them.");
    }

    void modelsWithoutSuchComponentsTakeNone() {
        const std::string sentence = refusal(data / "language_models/gpt2", {vae(kept / "vae")});
        QVERIFY2(sentence.find("take no vae from elsewhere") != std::string::npos, sentence.c_str());
    }

    /// A layer more than the model's own has, as in files of the whole encoder, is left out.
    void surplusLayersAreLeftOut() {
        std::string clip = read_file(kept / "clip.safetensors");
        const std::string layer = "text_model.encoder.layers.3.";
        for (const char* name : {"layer_norm1.weight", "layer_norm1.bias"}) clip = with_zeros(clip, layer + name, {32});
        clip = with_zeros(clip, "vision_model.x", {1});
        clip = with_zeros(clip, "text_projection.weight", {512, 32});
        const KnownModel model = with(first, {encoder(written("long.safetensors", clip))});
        QCOMPARE(model.files.config("text_encoder").at("num_hidden_layers").get<int>(), 3);
        for (const auto& [key, tensor] : model.files.tensors("text_encoder").tensors)
            QVERIFY2(key.starts_with("text_model.") && !key.starts_with(layer), key.c_str());
    }

    void whatNoTensorTellsIsTheModels() {
        const KnownModel by_file = with(first, {vae(kept / "vae_original.safetensors")}),
                         by_folder = with(first, {vae(kept / "vae")});
        QCOMPARE(by_file.files.config("vae").at("scaling_factor").get<double>(), 0.18215);
        QCOMPARE(by_file.files.config("vae").at("norm_num_groups").get<int>(), 4);
        QVERIFY(!by_file.files.config("vae").contains("force_upcast"));
        QCOMPARE(by_folder.files.config("vae").at("scaling_factor").get<double>(), 0.2);
        QCOMPARE(by_folder.files.place_of("vae"), (kept / "vae").string());
        QCOMPARE(by_folder.files.place_of("unet"), (first / "unet").string());
    }

    /// The forecast counts what is loaded.
    void costsAreThoseOfTheReplacement() {
        const DescribedShape shape{.dtype = "float32", .width = 64, .height = 64};
        const ModelDescription own = describe_model(first, shape),
                               tiny = describe_model(first, shape, {vae(kept / "tiny")});
        QVERIFY(tiny.decoder.bytes < own.decoder.bytes);
        QVERIFY(tiny.decoder.flops > 0 && tiny.decoder.flops != own.decoder.flops);
        QVERIFY(tiny.decoder.working_bytes > 0);
        int64_t bytes = 0;  // of the tensors that the decoder has
        for (const auto& [key, tensor] :
             with(first, {vae(kept / "tiny_original.safetensors")}).files.tensors("vae").tensors)
            bytes += 2 * static_cast<int64_t>(tensor.entry.bytes.size());  // stored in float16
        QCOMPARE(tiny.decoder.bytes, bytes);
        QCOMPARE(describe_model(first, shape, {encoder(kept / "clip.safetensors")}).text_encoder.bytes,
                 own.text_encoder.bytes);
    }

    /// The fp16-fix VAE of XL runs in float16, since its config says so; a file says nothing.
    void onlyAConfigSaysThatFloat16IsEnough() {
        const DescribedShape shape{.dtype = "float16", .width = 64, .height = 64};
        const fs::path fixed = changed(xl / "vae", "fixed", {{"force_upcast", false}});
        const auto bytes = [&](const ReplacedComponents& components) {
            return describe_model(xl, shape, components).decoder.bytes;
        };
        QCOMPARE(2 * bytes({vae(fixed)}), bytes({}));
        QCOMPARE(bytes({vae(fixed / "diffusion_pytorch_model.safetensors")}), bytes({}));
    }

private:
    QTemporaryDir folder_;
};

FANLIGHT_TEST(TstGivenComponents)
#include "tst_given_components.moc"
