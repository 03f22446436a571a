// gallery [IMAGES]: what the gallery costs with a catalogue of that many (100,000), made here: time until the first
// images show, the frames of a scroll through all of it, searches, memory. Exit status 1 when a limit is exceeded.

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>

#include "tests/support/gallery_images.h"
#include "ui/catalogue/catalogue_store.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/gallery/grid_view.h"

namespace {

using namespace fanlight;
using namespace fanlight::ui;

constexpr int pictures = 64;  // on disk; the fake images share them
constexpr int frames = 600;
constexpr int searches = 20;

bool report(const char* what, double figure, double limit, const char* unit) {
    std::printf("%-34s %9.1f %s (limit %.0f)%s\n", what, figure, unit, limit, figure <= limit ? "" : "  EXCEEDED");
    return figure <= limit;
}

double resident_mib() {
    QFile status("/proc/self/statm");
    if (!status.open(QIODevice::ReadOnly)) return 0;
    return status.readAll().split(' ').at(1).toDouble() * 4096 / (1 << 20);
}

/// A run of many images whose prompts are drawn from a few hundred words.
void make_catalogue(const QString& folder, const QString& run, int count) {
    make_gallery_run(run, std::vector<std::string>(pictures, "a picture"));
    QDir().mkpath(folder);
    CatalogueStore store(folder + "/catalogue.sqlite");
    const qint64 number = store.addRun(run);
    constexpr int chunk = 5000;
    for (int first = 0; first < count; first += chunk) {
        std::vector<GalleryImage> images;
        for (int i = first; i < std::min(first + chunk, count); ++i) {
            std::string prompt = "a picture of";
            for (int word = 0; word < 12; ++word)
                prompt += " word" + std::to_string((i * 7919LL + word * 104729LL * (i % 31 + 1)) % 700);
            ManifestRow row = gallery_row(i, prompt);
            row.item.file = std::to_string(i % pictures) + ".png";
            images.push_back({.id = imageId(number, i), .row = std::move(row), .rating = i % 6});
        }
        store.add(images);
    }
}

template <typename Done>
bool wait_until(Done done) {
    QElapsedTimer timer;
    timer.start();
    while (!done() && timer.elapsed() < 30000) QApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
    return done();
}

double p99(std::vector<double> times) {
    std::sort(times.begin(), times.end());
    return times[times.size() * 99 / 100];
}

/// A frame: what the wheel moves, the events that are due, the repaint.
std::vector<double> scroll(GridView& grid) {
    std::vector<double> times;
    QScrollBar* bar = grid.verticalScrollBar();
    for (int frame = 0; frame < frames; ++frame) {
        QElapsedTimer timer;
        timer.start();
        bar->setValue(frame % 2 == 0 ? bar->value() + 120 : static_cast<int>(qint64{bar->maximum()} * frame / frames));
        grid.viewport()->repaint();
        QApplication::processEvents();
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    return times;
}

struct SearchTimes {
    double first = 0, all = 0;  ///< the slowest, in ms
};

/// Many of the words begin most of the images' words.
SearchTimes search(GalleryModel& model) {
    SearchTimes slowest;
    for (int i = 0; i < searches; ++i) {
        QElapsedTimer timer;
        std::vector<double> answers;
        const auto connection = QObject::connect(&model, &GalleryModel::answered, [&] {
            answers.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        });
        timer.start();
        model.setQuery({.text = i % 2 ? QString("word%1 word%2").arg(i * 30).arg(i * 17) : QString("word%1").arg(i)});
        wait_until([&] { return answers.size() == 2; });
        slowest.first = std::max(slowest.first, answers.front());
        slowest.all = std::max(slowest.all, answers.back());
        QObject::disconnect(connection);
    }
    return slowest;
}

}  // namespace

int main(int argc, char** argv) {
    QStandardPaths::setTestModeEnabled(true);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    const int count = argc > 1 ? std::atoi(argv[1]) : 100000;
    const QTemporaryDir folder;
    make_catalogue(folder.filePath("data"), folder.filePath("run"), count);

    QElapsedTimer timer;
    timer.start();
    GalleryPane pane(folder.filePath("data"), nullptr);
    pane.resize(1280, 900);
    pane.show();
    if (!wait_until([&] { return pane.images().rowCount() == count && pane.images().image(0); })) return 1;
    bool good = report("open", static_cast<double>(timer.elapsed()), 1000, "ms");
    good &= report("scroll, p99 of a frame", p99(scroll(pane.grid())), 16, "ms");
    const SearchTimes times = search(pane.images());
    good &= report("search, slowest first images", times.first, 50, "ms");
    good &= report("search, slowest last image", times.all, 100, "ms");
    good &= report("memory", resident_mib(), 300, "MiB");
    return good ? 0 : 1;
}
