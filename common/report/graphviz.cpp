#include "common/report/graphviz.h"

#include <gvc.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>

namespace vit {
namespace {

/// Throws if Graphviz failed or complained since its complaints were last reset.
void check(bool succeeded) {
    if (agreseterrors() == 0 && succeeded) return;
    const std::unique_ptr<char, decltype(&std::free)> complaint(aglasterr(), &std::free);
    std::string message = complaint ? complaint.get() : "failed without a reason";
    message.erase(message.find_last_not_of(" \n") + 1);
    throw std::runtime_error("Graphviz: " + message);
}

/// The bytes of a file in Graphviz's format "svg" or "png". Graphviz writes into memory, because it ends the program
/// when a disk is full.
std::string rendered(GVC_t* context, Agraph_t* graph, const char* format) {
    char* bytes = nullptr;
    std::size_t size = 0;
    std::FILE* stream = open_memstream(&bytes, &size);
    if (!stream) throw std::bad_alloc();
    const int status = gvRender(context, graph, format, stream);
    std::fclose(stream);
    const std::unique_ptr<char, decltype(&std::free)> owner(bytes, &std::free);
    check(status == 0);
    return {bytes, size};
}

/// One context for all pictures of the program: Graphviz's text plugin remembers the last font it used by a pointer
/// into the context, also when that context has been freed.
GVC_t* graphviz() {
    static const std::unique_ptr<GVC_t, decltype(&gvFreeContext)> context(gvContext(), &gvFreeContext);
    return context.get();
}

/// Reads the picture, so that each name gets the next free number. Graphviz sorts by these numbers, and by itself it
/// takes the address of a name for its number: the frames would come in another order at each run.
Agraph_t* read_graph(const std::string& picture) {
    static Agiddisc_t numbers = AgIdDisc;
    numbers.map = [](void* state, int type, char* name, IDTYPE* number, int create) -> long {
        // Without a number for a name, Graphviz asks for one without a name and keeps a list of its own.
        return name == nullptr ? AgIdDisc.map(state, type, name, number, create) : 0;
    };
    static Agdisc_t discipline = {&AgMemDisc, &numbers, &AgIoDisc};
    std::string text = picture;
    const std::unique_ptr<std::FILE, decltype(&std::fclose)> stream(fmemopen(text.data(), text.size(), "r"),
                                                                    &std::fclose);
    agreadline(0);  // complaints count lines from here
    return stream ? agread(stream.get(), &discipline) : nullptr;
}

}  // namespace

std::string rendered_by_graphviz(const std::string& picture, const std::string& format) {
    agseterr(AGMAX);  // complaints are kept for aglasterr(), not printed
    agreseterrors();
    GVC_t* const context = graphviz();
    const std::unique_ptr<Agraph_t, decltype(&agclose)> graph(read_graph(picture), &agclose);
    check(graph != nullptr);
    const auto free_layout = [&](Agraph_t* laid_out) { gvFreeLayout(context, laid_out); };
    const int status = gvLayout(context, graph.get(), "dot");
    const std::unique_ptr<Agraph_t, decltype(free_layout)> layout(graph.get(), free_layout);
    check(status == 0);
    return rendered(context, graph.get(), format.c_str());
}

}  // namespace vit
