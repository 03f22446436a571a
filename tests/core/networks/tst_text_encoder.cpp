// Hidden states of language models are those of transformers, with padding on either side, in every placement.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>
#include <cstring>

#include "core/base/file.h"
#include "core/families/parts/language_model.h"
#include "core/pipelines/text_encoder.h"
#include "tests/core/families/model_copy.h"
#include "tests/core/networks/texts_of.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const std::vector<int64_t> states = {0, 1, -2, -1};
constexpr int64_t rows = 3, length = 40;

/// What tests/golden/text_encoders.py has written of a model.
struct Expected {
    explicit Expected(const std::string& name)
        : weights(Weights::open(source_path("/tests/golden/data/text_encoders/" + name + ".safetensors"), {})) {}

    PaddedTexts texts(const std::string& padding) const {
        PaddedTexts texts{weights.take(padding + ".ids", {rows, length}),
                          weights.take(padding + ".mask", {rows, length})};
        if (padding == "within") texts.positions = counted_positions(texts.mask);
        return texts;
    }

    /// Of every third token every fourth number.
    at::Tensor states_of(const std::string& padding, int64_t width) const {
        return weights.take(padding + ".states",
                            {static_cast<int64_t>(states.size()), rows, (length + 2) / 3, width / 4});
    }

    Weights weights;
};

TextEncoder encoder_in(const fs::path& folder, const std::vector<int64_t>& wanted = states,
                       const Weights::Placement& placement = {}, const std::string& component = "model") {
    return {ModelFolder(folder), component, placement, wanted};
}

TextEncoder encoder(const QString& name, const std::vector<int64_t>& wanted = states,
                    const Weights::Placement& placement = {}) {
    return encoder_in(language_model(name.toStdString()), wanted, placement);
}

bool equal(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const at::Tensor& one, const at::Tensor& other) { return at::equal(one, other); });
}

std::string refusal(const fs::path& folder, const std::vector<int64_t>& wanted) {
    return error_of([&] { encoder_in(folder, wanted); });
}

/// Writes the checkpoint again with other keys; those that become "" are left out.
void rename_keys(const fs::path& file, const std::function<std::string(const std::string& key)>& renamed) {
    const std::string bytes = read_file(file);
    uint64_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    const Json old = Json::parse(bytes.substr(8, size));
    Json header = Json::object();
    std::string data;
    for (const auto& [key, value] : old.items()) {
        const std::string other = renamed(key);
        if (other.empty() || key == "__metadata__") continue;
        const auto begin = value["data_offsets"][0].get<size_t>(), end = value["data_offsets"][1].get<size_t>();
        header[other] = value;
        header[other]["data_offsets"] = {data.size(), data.size() + end - begin};
        data += bytes.substr(8 + size + begin, end - begin);
    }
    write_bytes(file, safetensors_bytes(header.dump(), data));
}

/// What enters a model with one of the texts.
State entered(const PaddedTexts& texts, int64_t row) {
    TextStep step;
    step.rows = {{.capacity = length, .longest = length}};
    step.length = length;
    step.wanted = -1;
    step.last_position = length - 1;
    step.seen = texts.mask[row];
    step.encodes = true;
    return {.hidden = texts.ids.narrow(0, row, 1), .text = std::make_shared<const TextStep>(std::move(step))};
}

/// A family of picture models with two text encoders, of which a test uses one.
Family picture_family() {
    Family family{.name = "pictures", .title = "Pictures", .task = "image", .pipeline_classes = {"PicturesPipeline"}};
    family.components = {llama_text_encoder("text_encoder"), t5_text_encoder("text_encoder_2")};
    return family;
}

Json picture_index(const std::string& class_name, const std::string& component) {
    Json index = {{"_class_name", "PicturesPipeline"},
                  {"text_encoder", {"transformers", "Qwen3Model"}},
                  {"text_encoder_2", {"transformers", "T5EncoderModel"}}};
    index[component][1] = class_name;
    return index;
}

std::string without_beginning(const std::string& key, const std::string& beginning) {
    return key.starts_with(beginning) ? key.substr(beginning.size()) : key;
}

}  // namespace

class TstTextEncoder : public QObject {
    Q_OBJECT

    static void models() {
        QTest::addColumn<QString>("name");
        for (const char* name : text_encoders) QTest::newRow(name) << name;
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void statesAreThoseOfTransformers_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("padding");
        for (const char* name : text_encoders)
            for (const char* padding : {"right", "left", "within"})
                if (!QString(name).startsWith("t5") || QString(padding) != "within")
                    QTest::addRow("%s %s", name, padding) << name << padding;
    }
    void statesAreThoseOfTransformers() {
        QFETCH(QString, name);
        QFETCH(QString, padding);
        const c10::InferenceMode inference;
        const Expected expected(name.toStdString());
        const TextEncoder model = encoder(name);
        const auto made = model.hidden_states(expected.texts(padding.toStdString()));
        const at::Tensor all = expected.states_of(padding.toStdString(), model.width());
        QCOMPARE(made.size(), states.size());
        for (size_t i = 0; i < made.size(); ++i) {
            QVERIFY(made[i].sizes() == at::IntArrayRef({rows, length, model.width()}));
            const at::Tensor some = made[i].slice(1, 0, std::nullopt, 3).slice(2, 0, std::nullopt, 4);
            const double off = (some - all[static_cast<int64_t>(i)]).abs().max().item<double>();
            QVERIFY2(off < 1e-4, qPrintable(QString("state %1: %2").arg(states[i]).arg(off)));
        }
    }

    /// Padding within a text moves what is behind it, unless the positions say otherwise.
    void positionsCount() {
        const c10::InferenceMode inference;
        PaddedTexts texts = Expected("qwen3").texts("within");
        const TextEncoder model = encoder("qwen3");
        const at::Tensor counted = model.hidden_states(texts).back();
        texts.positions.reset();
        const at::Tensor plain = model.hidden_states(texts).back();
        QVERIFY((plain - counted)[1].abs().max().item<double>() > 0.1);
        texts.positions = at::arange(length).expand({rows, length}).contiguous();
        QVERIFY(at::equal(model.hidden_states(texts).back(), plain));
    }

    void aRowDoesNotDependOnOthers_data() { models(); }
    void aRowDoesNotDependOnOthers() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const PaddedTexts texts = Expected(name.toStdString()).texts("left");
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
            const TextEncoder model = encoder(name, states, {.dtype = dtype});
            const auto all = model.hidden_states(texts);
            for (int64_t row = 0; row < rows; ++row) {
                const auto own = model.hidden_states({texts.ids.narrow(0, row, 1), texts.mask.narrow(0, row, 1)});
                for (size_t i = 0; i < own.size(); ++i) {
                    QVERIFY(all[i].scalar_type() == dtype);
                    QVERIFY(at::equal(own[i], all[i].narrow(0, row, 1)));
                }
            }
        }
    }

    /// Nor on what its padding is, as far as its own tokens are concerned.
    void paddingIsNotRead_data() { models(); }
    void paddingIsNotRead() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const TextEncoder model = encoder(name);
        for (const char* side : {"left", "right"}) {
            PaddedTexts texts = Expected(name.toStdString()).texts(side);
            const auto made = model.hidden_states(texts);
            texts.ids = at::where(texts.mask, texts.ids, texts.ids + 7);
            const auto other = model.hidden_states(texts);
            for (size_t i = 0; i < made.size(); ++i)
                QVERIFY(at::equal(made[i].index({texts.mask}), other[i].index({texts.mask})));
            QVERIFY(!at::equal(made.back(), other.back()));
        }
    }

    void nothingButPaddingIsFinite_data() { models(); }
    void nothingButPaddingIsFinite() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        PaddedTexts texts = Expected(name.toStdString()).texts("left");
        texts.mask = at::zeros_like(texts.mask);
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf})
            for (const at::Tensor& state : encoder(name, states, {.dtype = dtype}).hidden_states(texts))
                QVERIFY(state.isfinite().all().item<bool>());
    }

    void bfloat16IsClose_data() { models(); }
    void bfloat16IsClose() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const PaddedTexts texts = Expected(name.toStdString()).texts("right");
        const at::Tensor exact = encoder(name, {-2}).hidden_states(texts).front();
        const at::Tensor rounded = encoder(name, {-2}, {.dtype = at::kBFloat16}).hidden_states(texts).front();
        const double off = (rounded.to(at::kFloat) - exact).abs().mean().item<double>();
        QVERIFY2(off > 0 && off < 0.05 * exact.abs().max().item<double>(), QByteArray::number(off).constData());
    }

    void statesHaveTheNumbersOfTransformers() {
        const c10::InferenceMode inference;
        const PaddedTexts texts = Expected("qwen3").texts("right");
        const auto made = encoder("qwen3", {3, -1, 0, -4, 2, -2, 2}).hidden_states(texts);
        QCOMPARE(made.size(), size_t{7});
        QVERIFY(at::equal(made[0], made[1]) && at::equal(made[2], made[3]) && at::equal(made[4], made[5]));
        QVERIFY(at::equal(made[4], made[6]) && !at::equal(made[0], made[4]));
        for (const int64_t none : {4, -5}) {
            const std::string said = refusal(language_model("qwen3"), {0, none});
            QVERIFY2(contains(said, "0 to 3") && contains(said, "config.json"), said.c_str());
        }
        QVERIFY(contains(refusal(language_model("qwen3"), {}), "no hidden state"));
    }

    /// Of a pipeline's parts, each of which has some of the layers, and of layers that are fetched whenever they run.
    void everyPlacementMakesTheSame_data() { models(); }
    void everyPlacementMakesTheSame() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const PaddedTexts texts = Expected(name.toStdString()).texts("left");
        const auto expected = encoder(name).hidden_states(texts);
        QVERIFY(equal(encoder(name, states, {.device_map = {{"", "disk"}}}).hidden_states(texts), expected));
        const ModelFolder folder(language_model(name.toStdString()));
        const Weights weights = folder.weights("model", {});
        const TextEncoderLayers network = text_encoder_layers(folder.config("model"), "config.json", weights, states);
        for (int64_t cut = 1; cut < network.needed.end; ++cut) {
            const LayerSequence first(network.layers, weights, {0, cut}),
                second(network.layers, weights, {cut, network.needed.end});
            State state = entered(texts, 1);
            first.run(state);
            State arrived = unpacked_state(packed(state));
            arrived.text = state.text;
            second.run(arrived);
            for (size_t i = 0; i < states.size(); ++i)
                QVERIFY(at::equal(arrived.named.get(network.names[i]), expected[i].narrow(0, 1, 1)));
        }
    }

    /// Layers behind the last wanted state need no weights, and of the others nothing but that state is kept.
    void onlyWhatIsWantedIsLoadedAndKept() {
        const c10::InferenceMode inference;
        const ModelCopy copy("language_models/qwen3");
        rename_keys(copy.folder() / "model.safetensors", [](const std::string& key) {
            return key.starts_with("model.layers.2.") || key.starts_with("model.norm") ? "" : key;
        });
        const PaddedTexts texts = Expected("qwen3").texts("right");
        const auto made = encoder_in(copy.folder(), {1, 2}).hidden_states(texts),
                   expected = encoder("qwen3", {1, 2}).hidden_states(texts);
        QVERIFY(equal(made, expected));
        QVERIFY(contains(refusal(copy.folder(), {3}), "model.layers.2."));
        const ModelFolder folder(language_model("qwen3"));
        const Weights weights = folder.weights("model", {});
        const TextEncoderLayers network = text_encoder_layers(folder.config("model"), "config.json", weights, {1});
        QCOMPARE(network.needed, (LayerRange{0, 2}));
        State state = entered(texts, 0);
        LayerSequence(network.layers, weights, network.needed).run(state);
        QCOMPARE(state.named.size(), size_t{1});
    }

    /// As a picture model has it: in a folder of its own, its class that of a model without a head.
    void aComponentMayBeAnyClassOfItsKind_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("class_name");
        QTest::addColumn<QString>("root");
        QTest::newRow("Qwen3") << "qwen3"
                               << "Qwen3Model"
                               << "model.";
        QTest::newRow("Gemma 2") << "gemma2"
                                 << "Gemma2Model"
                                 << "model.";
        QTest::newRow("Qwen3-VL") << "qwen3_vl"
                                  << "Qwen3VLModel"
                                  << "model.";
        QTest::newRow("the text half of Qwen3-VL") << "qwen3_vl"
                                                   << "Qwen3VLTextModel"
                                                   << "model.language_model.";
        QTest::newRow("the text half of Qwen2.5-VL") << "qwen2_5_vl"
                                                     << "Qwen2_5_VLTextModel"
                                                     << "model.";
        QTest::newRow("T5") << "t5_gated"
                            << "T5EncoderModel"
                            << "";
    }
    void aComponentMayBeAnyClassOfItsKind() {
        QFETCH(QString, name);
        QFETCH(QString, class_name);
        QFETCH(QString, root);
        const c10::InferenceMode inference;
        static const Family pictures = picture_family();
        [[maybe_unused]] static const bool added = (add_family(pictures), true);
        const std::string component = name.startsWith("t5") ? "text_encoder_2" : "text_encoder";
        const QTemporaryDir temporary;
        const fs::path folder = fs::path(temporary.path().toStdString()) / "pictures";
        fs::create_directories(folder / "text_encoder");
        fs::create_directories(folder / "text_encoder_2");
        fs::copy(language_model(name.toStdString()), folder / component, fs::copy_options::recursive);
        Json config = read_json_file(folder / component / "config.json");
        config["architectures"] = {class_name.toStdString()};
        write_bytes(folder / component / "config.json", to_line(config));
        write_bytes(folder / "model_index.json", to_line(picture_index(class_name.toStdString(), component)));
        const bool half = class_name.endsWith("TextModel");
        rename_keys(folder / component / "model.safetensors", [&](const std::string& key) -> std::string {
            if (key == "lm_head.weight" || key.starts_with("decoder.")) return "";
            if (half && key.find("visual.") != std::string::npos) return "";
            return without_beginning(key, root.toStdString());
        });
        const PaddedTexts texts = Expected(name.toStdString()).texts("right");
        const auto made = encoder_in(folder, states, {}, component).hidden_states(texts);
        QVERIFY(equal(made, encoder(name).hidden_states(texts)));
    }

    void textsArePadded() {
        const Expected expected("qwen3");
        const at::Tensor all = expected.texts("right").ids;
        std::vector<std::vector<int64_t>> texts;
        for (const auto& [row, count] : {std::pair<int64_t, int64_t>{0, 40}, {1, 25}, {2, 5}})
            texts.emplace_back(all[row].const_data_ptr<int64_t>(), all[row].const_data_ptr<int64_t>() + count);
        for (const auto& [side, name] :
             {std::pair{PaddingSide::Right, "right"}, std::pair{PaddingSide::Left, "left"}}) {
            const PaddedTexts made = padded(texts, length, 5, side), reference = expected.texts(name);
            QVERIFY(at::equal(made.ids, reference.ids) && at::equal(made.mask, reference.mask));
        }
        QVERIFY(contains(error_of([&] { padded(texts, 39, 5, PaddingSide::Left); }), "40 tokens"));
        const at::Tensor mask = at::tensor({0, 0, 1, 1, 0, 1}, at::kLong).to(at::kBool).view({1, 6});
        QVERIFY(at::equal(counted_positions(mask), at::tensor({0, 0, 0, 1, 1, 2}, at::kLong).view({1, 6})));
    }

    void wrongTextsAreRefused() {
        const c10::InferenceMode inference;
        const TextEncoder model = encoder("qwen3");
        const auto said = [&](const PaddedTexts& texts) { return error_of([&] { model.hidden_states(texts); }); };
        const auto texts = [](const at::Tensor& ids) { return PaddedTexts{ids, at::ones_like(ids, at::kBool)}; };
        for (const int64_t unknown : {int64_t{400}, int64_t{-1}})
            QVERIFY(contains(said(texts(at::full({1, 3}, unknown, at::kLong))), "0 to 399"));
        QVERIFY(contains(said(texts(at::zeros({1, 257}, at::kLong))), "257 tokens"));
        QVERIFY(said(texts(at::zeros({1, 256}, at::kLong))).empty());
        const at::Tensor ids = at::zeros({2, 3}, at::kLong), mask = at::ones({2, 3}, at::kBool);
        for (const PaddedTexts& wrong :
             {PaddedTexts{ids, mask.narrow(1, 0, 2)}, PaddedTexts{ids, ids}, PaddedTexts{ids, {}},
              PaddedTexts{ids.to(at::kFloat), mask}, PaddedTexts{ids[0], mask[0]}, PaddedTexts{ids, mask, ids[0]},
              PaddedTexts{ids.narrow(1, 0, 0), mask.narrow(1, 0, 0)}})
            QVERIFY(contains(said(wrong), "of one shape"));
        QVERIFY(contains(said({ids, mask, ids - 1}), "positions"));
    }

    void otherModelsAreRefused_data() {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const char* patch, const char* said) {
            QTest::newRow(name) << patch << said;
        };
        row("quantised", R"({"quantization_config": {"quant_method": "bitsandbytes"}})", "quantised (bitsandbytes)");
        row("that reads pictures", R"({"vision_config": {}})", "reads pictures");
        row("of another kind", R"({"architectures": ["MambaModel"]})", "known: ");
        row("of no kind", R"({"architectures": null})", "architectures");
        row("of several", R"({"architectures": ["Qwen3Model", "T5EncoderModel"]})", "known: ");
        row("of T5's name", R"({"architectures": ["T5EncoderModel"], "d_model": -1})", "d_model");
        row("of two tokens", R"({"vocab_size": 2})", "embed_tokens");
    }
    void otherModelsAreRefused() {
        QFETCH(QString, patch);
        QFETCH(QString, said);
        ModelCopy copy("language_models/qwen3");
        copy.change("config.json", Json::parse(patch.toStdString()));
        const ModelFolder original(language_model("qwen3"));
        const std::string found = error_of([&] {
            const TextEncoderLayers network = text_encoder_layers(read_json_file(copy.folder() / "config.json"),
                                                                  "config.json", original.weights("model", {}), states);
            LayerSequence(network.layers, original.weights("model", {}), network.needed);
        });
        QVERIFY2(contains(found, said.toStdString()), found.c_str());
    }

    void foreignTensorsAreRefused() {
        const ModelCopy copy("language_models/qwen3");
        rename_keys(copy.folder() / "model.safetensors", [](const std::string& key) {
            return key == "model.layers.0.self_attn.q_norm.weight" ? "model.layers.0.self_attn.other.weight" : key;
        });
        QVERIFY(contains(refusal(copy.folder(), {1}), "q_norm"));
        const ModelCopy more("language_models/llama");
        rename_keys(more.folder() / "model.safetensors",
                    [](const std::string& key) { return key == "lm_head.weight" ? "model.extra.weight" : key; });
        QVERIFY(contains(refusal(more.folder(), {1}), "model.extra.weight"));
    }
};

FANLIGHT_TEST(TstTextEncoder)
#include "tst_text_encoder.moc"
