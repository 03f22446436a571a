// Weights as LyCORIS and PEFT change them (tests/golden/adapters.py), in float32 on the CPU.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/weights/model_folder.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data");

WeightedLora adapter(const std::string& name, double weight = 1) {
    fs::path file = data / "adapters" / (name + ".safetensors");
    if (name.starts_with("peft")) file = data / "adapters" / name / "adapter_model.safetensors";
    return {std::make_shared<const LoraFile>(open_lora(file)), weight};
}

/// A parameter of a component, by its name in diffusers and transformers, as adapters change it.
at::Tensor taken(const std::string& model, const std::vector<WeightedLora>& adapters, const std::string& component,
                 std::string key) {
    const Weights weights = ModelFolder(data / "pipelines" / model, adapters).weights(component, {});
    if (!weights.has(key)) key = key.starts_with("text_model.") ? key.substr(11) : "text_model." + key;
    at::Tensor found;
    weights.each([&](const Weights::Listed& tensor) {
        if (tensor.key == key) found = weights.take(key, tensor.shape).clone();
    });
    return found;
}

std::string model_of(const std::string& name) { return name.starts_with("xl") ? "sdxl" : "sd1"; }

/// Relative to the largest number.
double difference(const at::Tensor& a, const at::Tensor& b) {
    return ((a - b).abs().max() / b.abs().max()).item<double>();
}

/// Calls visit(component, key, tensor) for what the references have made with one adapter.
void each_golden(const std::string& name, const std::function<void(std::string, std::string, at::Tensor)>& visit) {
    const Weights golden = Weights::open(data / "adapters/golden.safetensors", {});
    golden.each([&](const Weights::Listed& tensor) {
        const size_t first = tensor.key.find('/'), second = tensor.key.find('/', first + 1);
        if (tensor.key.substr(0, first) != name) return;
        visit(tensor.key.substr(first + 1, second - first - 1), tensor.key.substr(second + 1),
              golden.take(tensor.key, tensor.shape));
    });
}

const char* const names[] = {"locon_tucker", "loha",    "loha_tucker", "lokr",      "lokr_tucker",    "lokr_both",
                             "lokr_full",    "dora",    "dora_inputs", "dora_loha", "dora_lokr",      "full",
                             "norm",         "xl_lokr", "peft_loha",   "peft_lokr", "peft_lokr_full", "peft_dora"};

const std::string linear = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight";

}  // namespace

class TstAdapters : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void weightsAreTheReferences_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : names) QTest::newRow(name) << name;
    }
    void weightsAreTheReferences() {
        QFETCH(QString, name);
        const std::string model = model_of(name.toStdString());
        int compared = 0;
        each_golden(name.toStdString(),
                    [&](const std::string& component, const std::string& key, const at::Tensor& expected) {
                        const at::Tensor plain = taken(model, {}, component, key),
                                         changed = taken(model, {adapter(name.toStdString())}, component, key);
                        const double off = difference(changed, expected);
                        QVERIFY2(off <= 1e-6, (key + ": " + std::to_string(off)).c_str());
                        QVERIFY2(difference(plain, expected) > 0.05, "the adapter hardly changes it");
                        ++compared;
                    });
        QVERIFY(compared > 0);
    }

    /// Whatever the kind: it moves by this much of the way to what it is at weight 1. LyCORIS itself would scale only
    /// the lengths of a DoRA.
    void aWeightMovesInProportion_data() { weightsAreTheReferences_data(); }
    void aWeightMovesInProportion() {
        QFETCH(QString, name);
        const std::string model = model_of(name.toStdString());
        each_golden(
            name.toStdString(), [&](const std::string& component, const std::string& key, const at::Tensor& whole) {
                const at::Tensor plain = taken(model, {}, component, key);
                for (const double weight : {0.0, 0.6, -1.5}) {
                    const at::Tensor changed = taken(model, {adapter(name.toStdString(), weight)}, component, key);
                    QVERIFY(difference(changed, plain + weight * (whole - plain)) <= 2e-6);
                }
            });
    }

    /// A DoRA's lengths are those of what it finds.
    void adaptersAreAppliedInOrder() {
        const auto both = [](const char* first, const char* second) {
            return taken("sd1", {adapter(first), adapter(second)}, "unet", linear);
        };
        const at::Tensor plain = taken("sd1", {}, "unet", linear),
                         loha = taken("sd1", {adapter("loha")}, "unet", linear),
                         lokr = taken("sd1", {adapter("lokr")}, "unet", linear);
        QVERIFY(difference(both("loha", "lokr"), loha + lokr - plain) < 1e-6);
        QVERIFY(difference(both("loha", "dora"), both("dora", "loha")) > 1e-3);
        const at::Tensor lengths = taken("sd1", {adapter("dora")}, "unet", linear).norm(2, 1);
        QVERIFY(difference(both("loha", "dora").norm(2, 1), lengths) < 1e-6);
    }

    void resultsDoNotDependOnThreads_data() { weightsAreTheReferences_data(); }
    void resultsDoNotDependOnThreads() {
        QFETCH(QString, name);
        const int threads = at::get_num_threads();
        each_golden(name.toStdString(), [&](const std::string& component, const std::string& key, const at::Tensor&) {
            std::vector<at::Tensor> results;
            for (const int number : {1, 2, 3}) {
                at::set_num_threads(number);
                results.push_back(taken(model_of(name.toStdString()), {adapter(name.toStdString())}, component, key));
            }
            QVERIFY(at::equal(results[0], results[1]) && at::equal(results[0], results[2]));
        });
        at::set_num_threads(threads);
    }

    /// Sizes that threads share.
    void largeWeightsDoNotDependOnThreadsEither() {
        at::manual_seed(5);
        const int threads = at::get_num_threads();
        QTemporaryDir folder;
        const fs::path file = folder.filePath("dora.safetensors").toStdString();
        const auto bytes = [](const at::Tensor& t) {
            return std::string(static_cast<const char*>(t.const_data_ptr()), t.nbytes());
        };
        const int64_t rows = 640, columns = 1000, rank = 7;
        std::string stored;
        Json header;
        const auto add = [&](const char* key, const at::Tensor& tensor) {
            header[key] = {{"dtype", "F32"},
                           {"shape", tensor.sizes().vec()},
                           {"data_offsets", {stored.size(), stored.size() + tensor.nbytes()}}};
            stored += bytes(tensor);
        };
        add("unet.x.lora_A.weight", at::randn({rank, columns}));
        add("unet.x.lora_B.weight", at::randn({rows, rank}));
        add("unet.x.dora_scale", at::rand({1, columns}));
        add("unet.y.hada_w1_a", at::randn({rank, rows}));
        add("unet.y.hada_w1_b", at::randn({rank, 100}));
        add("unet.y.hada_t1", at::randn({rank, rank, 3, 3}));
        add("unet.y.hada_w2_a", at::randn({rank, rows}));
        add("unet.y.hada_w2_b", at::randn({rank, 100}));
        add("unet.y.hada_t2", at::randn({rank, rank, 3, 3}));
        add("unet.y.dora_scale", at::rand({rows, 1, 1, 1}));
        write_bytes(file, safetensors_bytes(header.dump(), stored));
        header = Json::object();
        stored.clear();
        add("x.weight", at::randn({rows, columns}));
        add("y.weight", at::randn({rows, 100, 3, 3}));
        const fs::path model = folder.filePath("model.safetensors").toStdString();
        write_bytes(model, safetensors_bytes(header.dump(), stored));
        for (const auto& [key, shape] : std::map<std::string, std::vector<int64_t>>{{"x.weight", {rows, columns}},
                                                                                    {"y.weight", {rows, 100, 3, 3}}}) {
            std::vector<at::Tensor> results;
            for (const int number : {1, 2, 3, 5}) {
                at::set_num_threads(number);
                Weights weights = Weights::open(model, {});
                weights.merge({std::make_shared<const LoraFile>(open_lora(file)), 0.7}, {.name = "unet"});
                results.push_back(weights.take(key, shape));
                QVERIFY(at::equal(results.front(), results.back()));
            }
        }
        at::set_num_threads(threads);
    }

    /// A row without a length stays one, and is no number of which nothing can be made.
    void whatHasNoLengthStaysWithout() {
        QTemporaryDir folder;
        const fs::path file = folder.filePath("dora.safetensors").toStdString();
        const Json header = {{"unet.x.lora_A.weight", {{"dtype", "F32"}, {"shape", {1, 2}}, {"data_offsets", {0, 8}}}},
                             {"unet.x.lora_B.weight", {{"dtype", "F32"}, {"shape", {2, 1}}, {"data_offsets", {8, 16}}}},
                             {"unet.x.dora_scale", {{"dtype", "F32"}, {"shape", {2, 1}}, {"data_offsets", {16, 24}}}}};
        write_bytes(file, safetensors_bytes(header.dump(), bytes_of<float>({0, 0, 0, 0, 5, 10})));
        const fs::path model = folder.filePath("model.safetensors").toStdString();
        const Json weight = {{"x.weight", {{"dtype", "F32"}, {"shape", {2, 2}}, {"data_offsets", {0, 16}}}}};
        write_bytes(model, safetensors_bytes(weight.dump(), bytes_of<float>({0, 0, 3, 4})));
        Weights weights = Weights::open(model, {});
        weights.merge({std::make_shared<const LoraFile>(open_lora(file)), 1}, {.name = "unet"});
        QVERIFY(at::allclose(weights.take("x.weight", {2, 2}), at::tensor({0.0f, 0.0f, 6.0f, 8.0f}).view({2, 2})));
    }

    void aMagnitudeOfAnotherLengthIsRefused() {
        QTemporaryDir folder;
        const fs::path file = folder.filePath("dora.safetensors").toStdString();
        const Json header = {{"lora_unet_conv_in.lora_down.weight",
                              {{"dtype", "F32"}, {"shape", {1, 4, 3, 3}}, {"data_offsets", {0, 144}}}},
                             {"lora_unet_conv_in.lora_up.weight",
                              {{"dtype", "F32"}, {"shape", {16, 1, 1, 1}}, {"data_offsets", {144, 208}}}},
                             {"lora_unet_conv_in.dora_scale",
                              {{"dtype", "F32"}, {"shape", {1, 5, 1, 1}}, {"data_offsets", {208, 228}}}}};
        write_bytes(file, safetensors_bytes(header.dump(), std::string(228, '\0')));
        const WeightedLora dora = {std::make_shared<const LoraFile>(open_lora(file)), 1};
        const std::string said = error_of([&] { taken("sd1", {dora}, "unet", "conv_in.weight"); });
        QVERIFY2(said.find("does not have the shape of the model's \"conv_in.weight\"") != std::string::npos,
                 said.c_str());
    }
};

FANLIGHT_TEST(TstAdapters)
#include "tst_adapters.moc"
