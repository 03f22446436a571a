#include "core/samplers/noise_schedule.h"

#include <QtTest>

#include "core/batch/names.h"
#include "core/samplers/sampler.h"
#include "tests/core/samplers/reference_loop.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// The result of make_sampler(), or null if it throws Error.
std::unique_ptr<Sampler> made(const Json& entry, const Json& configs) {
    try {
        return make_sampler(entry.at("sampler"), entry.at("schedule"),
                            configs.at(entry.at("config").get<std::string>()), {.steps = entry.at("steps")});
    } catch (const Error&) {
        return nullptr;
    }
}

}  // namespace

class TestNoiseSchedule : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { expected_ = golden("schedules.json"); }
    void alphasAreThoseOfTheReference();
    void timestepsAndSigmasAreThoseOfTheReference_data();
    void timestepsAndSigmasAreThoseOfTheReference();

private:
    Json expected_;
};

void TestNoiseSchedule::alphasAreThoseOfTheReference() {
    for (const auto& [name, packed] : expected_.at("alphas_cumprod").items()) {
        const auto alphas = alphas_cumprod(SchedulerConfig(expected_.at("configs").at(name), "ddim", "default"));
        std::vector<float> tenth;
        for (size_t i = 0; i < alphas.size(); i += 10) tenth.push_back(alphas[i]);
        QCOMPARE(tenth, unpacked(packed));
    }
}

void TestNoiseSchedule::timestepsAndSigmasAreThoseOfTheReference_data() {
    QTest::addColumn<QString>("sampler");
    for (const SamplerName& sampler : sampler_names())
        if (sampler.reference == "diffusers")
            QTest::newRow(sampler.name.c_str()) << QString::fromStdString(sampler.name);
}

void TestNoiseSchedule::timestepsAndSigmasAreThoseOfTheReference() {
    QFETCH(QString, sampler);
    int compared = 0, refused = 0;
    for (const Json& entry : expected_.at("schedules")) {
        if (entry.at("sampler") != sampler.toStdString()) continue;
        const auto actual = made(entry, expected_.at("configs"));
        const std::string place = entry.at("config").get<std::string>() + ", " +
                                  entry.at("schedule").get<std::string>() + ", " + entry.at("steps").dump();
        const bool accepts = entry.contains("timesteps");
        QVERIFY2((actual != nullptr) == accepts, place.c_str());
        ++(accepts ? compared : refused);
        if (!accepts) continue;
        QVERIFY2(difference(actual->timesteps(), unpacked(entry.at("timesteps"))) < 1e-6, place.c_str());
        QVERIFY2(difference(std::vector<double>{actual->init_noise_sigma()},
                            {entry.at("init_noise_sigma").get<float>()}) < 1e-7,
                 place.c_str());
        const auto sigmas = entry.contains("sigmas") ? unpacked(entry.at("sigmas")) : std::vector<float>{};
        // The reference computes the middle of a step in float32.
        const double tolerance = actual->timesteps().size() > 1 && actual->step_of(1) == 0 ? 1e-6 : 1e-7;
        QVERIFY2(difference(actual->sigmas(), sigmas) < tolerance, place.c_str());
    }
    QVERIFY(compared > 100 && refused > 10);
}

FANLIGHT_TEST(TestNoiseSchedule)
#include "tst_noise_schedule.moc"
