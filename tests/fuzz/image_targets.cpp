#include "core/batch/list_reading.h"
#include "core/images/comfy_graph.h"
#include "core/images/foreign_json.h"
#include "core/images/image_prompts.h"
#include "core/images/infotext.h"
#include "core/images/invoke_metadata.h"
#include "core/images/png_chunks.h"
#include "core/images/png_reader.h"
#include "core/images/png_text.h"
#include "core/images/png_writer.h"
#include "core/images/recipe_text.h"
#include "tests/fuzz/run_samples.h"
#include "tests/fuzz/targets.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

std::string png(const std::vector<PngText>& texts) {
    const std::vector<uint8_t> rgb(8 * 8 * 3, 7);
    return encode_png({rgb.data(), 8, 8}, texts);
}

void read_picture(std::string_view bytes) {
    for (const PngText& text : read_png_texts(bytes)) expect_utf8(text.text);
    is_complete_png(bytes);
    const Image image = decode_png(bytes, "fuzz.png");
    expect(image.rgb.size() == size_t{3} * image.width * image.height, "a picture lacks pixels");
}

/// The texts of a picture, of whose chunks hardly any change would leave the checksum right: one of the first letter's
/// kind.
void read_text_chunk(std::string_view bytes) {
    if (bytes.empty()) throw Error("There is no chunk");
    const char* type = bytes[0] == 'z' ? "zTXt" : bytes[0] == 'i' ? "iTXt" : "tEXt";
    const std::string chunk = png_chunk(type, bytes.substr(1));
    for (const PngText& text : read_png_texts(std::string(png_signature) + chunk + chunk)) expect_utf8(text.text);
}

void read_infotext(std::string_view bytes) {
    const InfoText info = parse_infotext(bytes);
    parse_size(info.value("Size"));
}

void read_foreign(std::string_view bytes) {
    if (kind_of_parameters(bytes) == ParametersText::Json) parse_foreign_json(bytes);
}

/// As the text of a picture whose settings are to be taken, alone and as one of a folder.
template <const auto& keyword>
void read_settings(std::string_view bytes) {
    with_file("fuzz.png", png({{keyword, std::string(bytes)}}), [](const fs::path& file) {
        ListNotes notes;
        ListReading reading;
        reading.notes = &notes;
        const auto take = [](const PromptRow& row) { expect_utf8(row.prompt); };
        try {
            load_image_prompts(file.parent_path(), take, reading);
        } catch (const Error&) {  // what a folder's other images say would be taken
        }
        for (const Sentence& note : notes.sentences()) expect_utf8(note.text());
        load_image_prompts(file, take, reading);
    });
}

/// What has been read is within the rules.
void read_recipe(std::string_view bytes) {
    const auto [image, recipe] = read_recipe_text(bytes, "fuzz.png");
    expect(image_side.allows(image.width) && image_side.allows(image.height), "a side is not allowed");
    expect(recipe.batch_size >= 1 && recipe.threads >= 1, "a recipe is out of range");
}

}  // namespace

std::vector<FuzzTarget> image_targets() {
    const Item item = sample_item();
    const std::string info = infotext(image_of(item), recipe_of(item));
    const std::string recipe = recipe_text(image_of(item), recipe_of(item));
    const std::string a1111 =
        "a dog <lora:x:0.8>\nNegative prompt: cat\nSteps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, "
        "Seed: 42, Size: 512x512, Clip skip: 2, Hires steps: 3, Lora hashes: \"x: 1, y: 2\", Version: v1.10";
    const std::string swarm = R"({"sui_image_params":{"prompt":"a dog","seed":7,"steps":20,"cfgscale":7.5,"width":512,)"
                              R"("height":512,"sampler":"euler_a","loras":["x"]},"sui_extra_data":{"date":"x"}})";
    const std::string fooocus = R"x({"prompt":"a dog","negative_prompt":"","steps":30,"guidance_scale":4,"seed":"7",)x"
                                R"x("resolution":"(512, 512)","sampler":"dpmpp_2m","scheduler":"karras"})x";
    const std::string comfy =
        R"({"3":{"class_type":"KSampler","inputs":{"seed":["9",0],"steps":4,"cfg":8.0,"sampler_name":"euler","scheduler":)"
        R"("karras","denoise":0.5,"model":["8",0],"positive":["6",0],"negative":["7",0],"latent_image":["5",0]}},)"
        R"("4":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"x.safetensors"}},"5":{"inputs":{"width":64,)"
        R"("height":64}},"6":{"inputs":{"text":"a dog","clip":["10",0]}},"7":{"inputs":{"conditioning":["6",0]}},)"
        R"("8":{"inputs":{"lora_name":"l","strength_model":1,"strength_clip":1,"model":["4",0]}},)"
        R"("9":{"inputs":{"value":7}},"10":{"inputs":{"stop_at_clip_layer":-2,"vae_name":"v"}}})";
    const std::string invoke =
        R"({"positive_prompt":"a dog","negative_prompt":"","width":64,"height":64,"seed":7,"cfg_scale":7.5,"steps":4,)"
        R"("scheduler":"euler_k","clip_skip":1,"model":{"name":"x"},"loras":[{"model":{"name":"l"},"weight":0.5}]})";
    return {
        {"png", read_picture, {png(image_texts(item, recipe_of(item))), png({{"x", "\u732b"}})}},
        {"png_text",
         read_text_chunk,
         {std::string("tx\0a dog", 8), std::string("zx\0\0\x78\x9c\x4b\x04\0\0\x62\0\x62", 13),
          std::string("ix\0\0\0en\0x\0\xC3\xA9", 12), std::string("ix\0\1\0\0\0\x78\x9c\x4b\x04\0\0\x62\0\x62", 16)}},
        {"infotext", read_infotext, {info, a1111}},
        {"foreign_json", read_foreign, {swarm, fooocus}},
        {"parameters", read_settings<parameters_keyword>, {info, a1111, swarm, fooocus}},
        {"comfy_graph", read_settings<comfy_keyword>, {comfy}},
        {"invoke_metadata", read_settings<invoke_keyword>, {invoke}},
        {"recipe_row", read_settings<recipe_keyword>, {recipe}},
        {"recipe_text", read_recipe, {recipe}},
    };
}

}  // namespace fanlight
