// Pictures of models whose own scheduler is of a class that no sampler here is, drawn by samplers made from its config,
// against diffusers' from_config() (tests/golden/other_schedulers.py), float32 on the CPU.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/base/json.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data/pipelines");

}  // namespace

class TstOtherSchedulers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        fs::copy(data / "sd1", model_, fs::copy_options::recursive);
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps_data() {
        QTest::addColumn<int>("number");
        for (const Json& drawn : drawn_) {
            const auto number = static_cast<int>(&drawn - &drawn_[0]);
            QTest::addRow("%d: %s by %s", number, drawn["config"]["_class_name"].get<std::string>().c_str(),
                          drawn["sampler"].get<std::string>().c_str())
                << number;
        }
    }

    void picturesDifferFromDiffusersByAtMostTwoSteps() {
        QFETCH(int, number);
        const Json& drawn = drawn_[static_cast<size_t>(number)];
        const c10::InferenceMode inference;
        for (const fs::path file : {"scheduler/scheduler_config.json", "model_index.json"})
            fs::permissions(model_ / file, fs::perms::owner_write, fs::perm_options::add);
        write_bytes(model_ / "scheduler/scheduler_config.json", drawn["config"].dump());
        Json index = read_json_file(model_ / "model_index.json");
        index["scheduler"] = {"diffusers", drawn["config"]["_class_name"]};
        write_bytes(model_ / "model_index.json", index.dump());

        const ImageTask dog{"a dog", "bad", 40, 5, 5.0, 32, 32, drawn["sampler"].get<std::string>(), "default", 0};
        const at::Tensor made = pictures_of(model_, {dog}).images(),
                         expected = Weights::open(data / "other_schedulers.safetensors", {})
                                        .take("image." + std::to_string(number), {1, 32, 32, 3});
        const int off = (made.to(at::kInt) - expected.to(at::kInt)).abs().max().item<int>();
        QVERIFY2(off <= 2, std::to_string(off).c_str());
    }

private:
    QTemporaryDir folder_;
    const fs::path model_ = fs::path(folder_.path().toStdString()) / "model";
    const Json drawn_ = read_python_json_file(data / "other_schedulers.json");
};

FANLIGHT_TEST(TstOtherSchedulers)
#include "tst_other_schedulers.moc"
