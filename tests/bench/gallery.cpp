// gallery [IMAGES]: the gallery's performance with a catalogue of that many images (100,000), created here: time until
// the first images are shown, frame times while scrolling through all of them, searches, memory. Exit status 1 if a
// limit is exceeded.

#include <QApplication>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTemporaryDir>

#include "tests/bench/large_catalogue.h"
#include "tests/bench/measure.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/gallery/grid_view.h"

namespace {

using namespace fanlight;
using namespace fanlight::ui;

constexpr int frames = 600;
constexpr int searches = 20;

/// One frame: a wheel step, pending events, the repaint.
std::vector<double> scroll(GridView& grid) {
    std::vector<double> times;
    QScrollBar* bar = grid.verticalScrollBar();
    for (int frame = 0; frame < frames; ++frame) {
        QElapsedTimer timer;
        timer.start();
        bar->setValue(frame % 2 == 0 ? bar->value() + 120 : static_cast<int>(qint64{bar->maximum()} * frame / frames));
        grid.viewport()->repaint();
        QApplication::processEvents();
        times.push_back(milliseconds(timer));
    }
    return times;
}

struct SearchTimes {
    double first = 0, all = 0;  ///< the slowest search, in ms
};

/// Many of these are prefixes of words in most images.
SearchTimes search(GalleryModel& model) {
    SearchTimes slowest;
    for (int i = 0; i < searches; ++i) {
        QElapsedTimer timer;
        std::vector<double> answers;
        const auto connection =
            QObject::connect(&model, &GalleryModel::answered, [&] { answers.push_back(milliseconds(timer)); });
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
    good &= report("scroll, p99 of a frame", quantile(scroll(pane.grid()), 0.99), 16, "ms");
    const SearchTimes times = search(pane.images());
    good &= report("search, slowest first images", times.first, 50, "ms");
    good &= report("search, slowest last image", times.all, 100, "ms");
    good &= report("memory", resident_mib(), 300, "MiB");
    return good ? 0 : 1;
}
