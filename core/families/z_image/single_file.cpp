#include "core/families/z_image/single_file.h"

#include <filesystem>

#include "core/families/parts/autoencoder_checkpoint.h"
#include "core/families/parts/name_words.h"
#include "core/families/parts/network_alone.h"
#include "core/families/z_image/checkpoint.h"
#include "core/families/z_image/config.h"

namespace fanlight {

namespace {

/// What the scheduler shifts the levels of noise by.
struct Shift {
    double value;
    Sentence conclusion = {};
};

bool is_called_base(const std::vector<std::string>& words) {
    for (const NamePart& part : {NamePart{"base"}, NamePart{"z", "image"}, NamePart{"zimage"}})
        if (has_part(words, part)) return true;
    return false;
}

Shift shift_of(const CheckpointSource& file) {
    for (const std::string& name : {file.title, std::filesystem::path(file.file).stem().string()}) {
        const std::vector<std::string> words = name_words(name);
        if (has_part(words, {"turbo"})) return {z_image_turbo_shift};
        if (is_called_base(words))
            return {z_image_base_shift, Sentence("is taken to be the base model, since it is called %1", name)};
    }
    return {
        z_image_turbo_shift,
        "is taken to be a distilled one, though neither its metadata nor its name says so; for the base model, give "
        "50 steps, a CFG scale of 5 and a shift of 6"};
}

}  // namespace

bool holds_z_image(const TensorEntries& tensors) { return transformer_prefix(z_image_naming(), tensors).has_value(); }

FileContents read_z_image(const CheckpointSource& file) {
    const CheckpointPart part(file, transformer_prefix(z_image_naming(), file.tensors).value());
    z_image_naming().refuse_other_work(part, file);
    const Json network = z_image_config_of(part);
    const auto [shift, conclusion] = shift_of(file);
    FileContents contents = network_alone(network, z_image_tensors(part, network), sixteen_channel_decoder().config,
                                          network["in_channels"], {{"shift", shift}}, qwen3_reader());
    add_bundled_qwen3(contents, file);
    add_bundled_vae(contents, file, sixteen_channel_decoder().config);
    contents.conclusion = conclusion;
    return contents;
}

}  // namespace fanlight
