#include "core/families/families.h"

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <set>

#include "core/base/file.h"
#include "core/batch/task.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"
#include "tests/support/toy_family/family.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

/// A file of tensors of bytes, all zero.
std::string file_of(const std::map<std::string, int>& tensors) {
    Json header = Json::object();
    int end = 0;
    for (const auto& [name, size] : tensors) {
        header[name] = {{"dtype", "U8"}, {"shape", {size}}, {"data_offsets", {end, end + size}}};
        end += size;
    }
    return safetensors_bytes(header.dump(), std::string(static_cast<size_t>(end), '\0'));
}

}  // namespace

/// The table of families, with a row that this program has added.
class TestFamilies : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    const fs::path folder_ = temporary_.path().toStdString();

private Q_SLOTS:
    void initTestCase() { add_family(toy::family()); }

    void everyRowAnswersAllQuestions() {
        QCOMPARE(families().size(), size_t{16});
        std::set<std::string> names, classes;
        for (const Family* family : families()) {
            QVERIFY2(names.insert(family->name).second, family->name.c_str());
            for (const std::string& name : family->pipeline_classes)
                QVERIFY2(classes.insert(name).second, name.c_str());
            QVERIFY(!family->title.empty() && !family->task.empty() && !family->pipeline_classes.empty());
            QVERIFY(find_task_kind(family->task).name == family->task);
            for (const std::string& other : family->also) QVERIFY(find_task_kind(other).name == other);
            QVERIFY(family->traits && family->describe);
            QCOMPARE(family->recognises == nullptr, family->read_file == nullptr);
            const auto is_network = [&](const Component& part) { return part.name == family->network; };
            const auto& parts = family->components;
            QCOMPARE(std::count_if(parts.begin(), parts.end(), is_network), 1);
            for (const LoraPrefix& prefix : family->lora_prefixes)
                QVERIFY(std::any_of(parts.begin(), parts.end(),
                                    [&](const Component& part) { return part.name == prefix.component; }));
        }
    }

    void aFolderIsKnownByItsClass() {
        const fs::path model = folder_ / "toy";
        write_bytes(model / "model_index.json",
                    R"({"_class_name": "ToyPipeline", "network": ["toy", "ToyNetwork"],
                        "scheduler": ["diffusers", "EulerDiscreteScheduler"]})");
        write_bytes(model / "network/config.json", R"({"layers": 2, "width": 3})");
        write_bytes(model / "scheduler/scheduler_config.json", "{}");
        const KnownModel known = open_model_files(model);
        QCOMPARE(known.family.name, std::string("toy"));
        QCOMPARE(known.files.class_of("network"), std::string("ToyNetwork"));
        const ModelDescription description = describe_model(model, {.width = 64, .height = 48});
        QCOMPARE(description.layers.size(), size_t{2});
        QCOMPARE(description.network_bytes(), int64_t{2 * 3 * 4});
    }

    void aFileIsKnownByItsKeys() {
        const fs::path file = folder_ / "toy.safetensors";
        write_bytes(file, file_of({{"toy.layers.0.weight", 3}, {"toy.layers.1.weight", 3}}));
        const KnownModel known = open_model_files(file);
        QCOMPARE(known.family.name, std::string("toy"));
        QCOMPARE(known.pipeline_class, std::string("ToyPipeline"));
        QCOMPARE(known.files.config("network")["layers"].get<int>(), 2);
        QCOMPARE(known.files.tensors("network").tensors.size(), size_t{2});
        QCOMPARE(known.files.class_of("scheduler"), std::string("EulerDiscreteScheduler"));
    }

    void whatNobodyKnowsIsRefusedWithAllThatAreKnown() {
        const fs::path file = folder_ / "other.safetensors";
        write_bytes(file, file_of({{"other.weight", 1}}));
        QCOMPARE(error_of([&] { open_model_files(file); }),
                 file.string() +
                     " is of no known kind: it has no tensor whose name begins with model.diffusion_model., "
                     "first_stage_model., cond_stage_model.transformer., cond_stage_model.model., "
                     "conditioner.embedders., layers.0.adaLN_modulation., single_stream_modulation., "
                     "double_blocks.0.img_mod. or toy.; choose a checkpoint of Stable Diffusion 1 or 2, Stable "
                     "Diffusion XL, "
                     "Z-Image, FLUX.2 klein, FLUX.1 or Toy, or a diffusers folder.");
        // Parts that people keep beside networks are told what they are for.
        for (const auto& [key, said] :
             {std::pair("decoder.conv_in.weight", "is a VAE, which goes with --vae"),
              {"encoder.block.0.layer.0.SelfAttention.q.weight", "is a text encoder, which goes with --text-encoder"},
              {"transformer.resblocks.0.ln_1.weight", "is a text encoder, which goes with --text-encoder"},
              {"diffusion_model.layers.0.attention.to_q.lora_A.weight", "is a LoRA, which goes with --lora"},
              {"double_blocks.0.processor.qkv_lora1.down.weight", "is a LoRA, which goes with --lora"}}) {
            write_bytes(file, file_of({{key, 1}}));
            const std::string refusal = error_of([&] { open_model_files(file); });
            QVERIFY2(refusal.find(said) != std::string::npos, refusal.c_str());
        }
        write_bytes(folder_ / "other/model_index.json", R"({"_class_name": "OtherPipeline"})");
        const std::string said = error_of([&] { open_model_files(folder_ / "other"); });
        for (const std::string& name : known_pipeline_classes())
            QVERIFY2(said.find(name) != std::string::npos, said.c_str());
    }

    void aLoraIsKnownByTheBeginningsOfItsKeys() {
        const fs::path file = folder_ / "lora.safetensors";
        Json header = Json::object();
        header["toy_network.a.lora_A.weight"] = {{"dtype", "F32"}, {"shape", {1, 2}}, {"data_offsets", {0, 8}}};
        header["toy_network.a.lora_B.weight"] = {{"dtype", "F32"}, {"shape", {3, 1}}, {"data_offsets", {8, 20}}};
        write_bytes(file, safetensors_bytes(header.dump(), std::string(20, '\0')));
        QCOMPARE(open_lora(file).changes("network").size(), size_t{1});
    }
};

FANLIGHT_TEST(TestFamilies)
#include "tst_families.moc"
