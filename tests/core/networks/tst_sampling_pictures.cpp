// Pictures by each sampler and schedule, with noise of another strength, and with guidance that is rescaled or ends
// early, against diffusers' (tests/golden/sampling.py), float32 on the CPU.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/base/json.h"
#include "core/batch/request_json.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data/pipelines");

ImageTask task_of(const Json& drawn) {
    ImageTask dog{"a dog",
                  "bad",
                  40,
                  drawn.value("steps", 5),
                  5.0,
                  32,
                  32,
                  drawn.at("sampler").get<std::string>(),
                  drawn.value("schedule", "default"),
                  0};
    if (drawn.contains("eta")) dog.eta = drawn.at("eta").get<double>();
    dog.rescale_cfg = drawn.value("rescale_cfg", 0.0);
    dog.cfg_end = drawn.value("cfg_end", 1.0);
    return dog;
}

}  // namespace

class TestSamplingPictures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);  // the models are too small for two, which would wait for each other on a busy machine
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<int>("number");
        for (const Json& drawn : drawn_) {
            const auto number = static_cast<int>(&drawn - &drawn_[0]);
            QTest::newRow((std::to_string(number) + " " + drawn.dump()).c_str()) << number;
        }
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(int, number);
        const Json& drawn = drawn_[static_cast<size_t>(number)];
        const c10::InferenceMode inference;
        const at::Tensor made = pictures_of(data / drawn.at("model").get<std::string>(), {task_of(drawn)}).images(),
                         expected = Weights::open(data / "sampling.safetensors", {})
                                        .take("image." + std::to_string(number), {1, 32, 32, 3});
        const int off = (made.to(at::kInt) - expected.to(at::kInt)).abs().max().item<int>();
        QVERIFY2(off <= 2, std::to_string(off).c_str());
    }

    void aNeighbourThatIsRescaledChangesNothing() {
        const c10::InferenceMode inference;
        ImageTask plain = task_of({{"sampler", "ddim"}}), rescaled = plain;
        rescaled.rescale_cfg = 0.7;
        const at::Tensor alone = pictures_of(data / "sd1", {plain, plain}).images(),
                         beside = pictures_of(data / "sd1", {plain, rescaled}).images();
        QVERIFY(at::equal(alone[0], beside[0]));
        QVERIFY(!at::equal(alone[1], beside[1]));
    }

    void whatEndsItsGuidanceEarlyIsAnotherBatch() {
        const ImageTask plain = task_of({{"sampler", "ddim"}});
        for (const char* key : {"eta", "cfg_end"}) {
            const ImageTask other = task_of({{"sampler", "ddim"}, {key, 0.5}});
            QVERIFY(std::is_neq(plain.batch_order(other)));
        }
        QVERIFY(std::is_eq(plain.batch_order(task_of({{"sampler", "ddim"}, {"rescale_cfg", 0.5}}))));
        QVERIFY(task_of({{"sampler", "ddim"}, {"cfg_end", 0.6}}).work() < plain.work());
        QVERIFY(!task_of({{"sampler", "ddim"}, {"cfg_end", 0.0}}).guided());
    }

private:
    const Json drawn_ = read_python_json_file(data / "sampling.json");
};

FANLIGHT_TEST(TestSamplingPictures)
#include "tst_sampling_pictures.moc"
