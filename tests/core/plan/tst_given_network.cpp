// What a run is with another network in place of the model's own.

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/checkpoints/tensor_source.h"
#include "core/plan/make_plan.h"
#include "core/plan/place_run.h"
#include "tests/support/places.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path model = source_path("/tests/golden/data/pipelines/sd1"),
               weights = model / "unet/diffusion_pytorch_model.safetensors";

}  // namespace

class TstGivenNetwork : public QObject {
    Q_OBJECT

    PlannedRun planned(const fs::path& network, const std::map<std::string, std::string>& parameters = {},
                       const std::string& prediction = "") const {
        PlanRequest request;
        request.model = model.string();
        request.devices = "cpu";
        request.network = network.string();
        request.parameters = parameters;
        request.prediction = prediction;
        request.rows = {{"a dog", {}, "Row 1"}};
        return make_plan(request, source_path("/resources"), "--", {{.id = "cpu", .kind = "cpu"}}, "");
    }

    /// A copy of the model's own, called so.
    fs::path network(const std::string& name, const std::string& key = "", const std::vector<int64_t>& shape = {0},
                     const std::string& values = "") const {
        const fs::path file = folder_.filePath(QString::fromStdString(name + ".safetensors")).toStdString();
        const std::string own = read_file(weights);
        write_bytes(file, key.empty() ? own : with_tensor(own, key, shape, values, "F16"));
        return file;
    }

    static const ImageTask& image(const PlannedRun& run) { return image_of(run.items.front()); }

private Q_SLOTS:
    void itIsPartOfTheRecipe() {
        const PlannedRun run = planned(network("plain"));
        QCOMPARE(run.recipe.components.size(), size_t{1});
        QCOMPARE(run.recipe.components.front().kind, std::string("transformer"));
        QCOMPARE(run.recipe.components.front().name, std::string("plain.safetensors"));
        QCOMPARE(run.recipe.prediction, std::string());
        QCOMPARE(image(run).steps, 50);
        QVERIFY(run.notes.empty());
    }

    void itsNameTellsItsDefaults() {
        const fs::path lightning = network("dream_lightning_8step_unet");
        const PlannedRun run = planned(lightning);
        QCOMPARE(image(run).steps, 8);
        QCOMPARE(image(run).cfg_scale, 1.0);
        QCOMPARE(image(run).sampler, std::string("euler"));
        QCOMPARE(image(run).schedule, std::string("trailing"));
        QCOMPARE(run.notes.size(), size_t{1});
        QCOMPARE(run.notes.front().text(),
                 std::string("The model sd1 has the network \"dream_lightning_8step_unet.safetensors\", which is "
                             "distilled for 8 steps (Lightning), as its name says"));
        const PlannedRun asked = planned(lightning, {{"steps", "3"}, {"sampler", "ddim"}});
        QCOMPARE(image(asked).steps, 3);
        QCOMPARE(image(asked).sampler, std::string("ddim"));
    }

    void anInputForTheScaleTellsToo() {
        const fs::path own = network("consistent", "time_embedding.cond_proj.weight", {16, 1}, std::string(32, '\0'));
        const PlannedRun run = planned(own);
        QCOMPARE(image(run).steps, 4);
        QCOMPARE(image(run).cfg_scale, 8.5);
        QVERIFY(!describe_run(run).shape.guided);
        QVERIFY(describe_run(planned(network("guided"))).shape.guided);
    }

    void itsFileTellsItsPrediction() {
        for (const fs::path& file : {network("keyed", "v_pred"), network("named-vpred")}) {
            const PlannedRun run = planned(file);
            QCOMPARE(run.recipe.prediction, std::string("v_prediction"));
            QVERIFY(run.training_note.text().find("which predicts v_prediction, as its") != std::string::npos);
            QCOMPARE(planned(file, {}, "epsilon").recipe.prediction, std::string());
        }
    }

    void whatIsNotThereIsRefused() {
        const std::string sentence = error_of([&] { planned("nowhere"); });
        QVERIFY2(sentence.starts_with("There is no network \"nowhere\""), sentence.c_str());
        const std::string other = error_of([&] { planned(source_path("/tests/golden/data/pipelines/sdxl/unet")); });
        QVERIFY2(other.find("is a UNet that reads texts of width 56") != std::string::npos, other.c_str());
    }

private:
    QTemporaryDir folder_;
};

FANLIGHT_TEST(TstGivenNetwork)
#include "tst_given_network.moc"
